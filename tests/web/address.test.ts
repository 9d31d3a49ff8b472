import assert from "node:assert/strict";
import { test } from "node:test";
import { belongsTo, screenPath, signInPath } from "../../miniapps/screens/src/app/address.ts";

test("an address of the citizen shell leads to its screen", () => {
  assert.equal(screenPath("citizen", "/", ""), "/api/v1/screens/home");
  assert.equal(screenPath("citizen", "/sign-in", "?next=%2Finbox"), "/api/v1/screens/sign-in?next=%2Finbox");
  assert.equal(screenPath("citizen", "/profile/devices", ""), "/api/v1/screens/profile/devices");
  assert.equal(screenPath("citizen", "/apps/track-dossier/", ""), "/api/v1/apps/track-dossier/");
  assert.equal(screenPath("citizen", "/apps/track-dossier", "?q=a"), "/api/v1/apps/track-dossier/?q=a");
  assert.equal(screenPath("citizen", "/apps/x/a/b", ""), "/api/v1/apps/x/a/b");
});

test("an address of the console leads to the desk side of a utility", () => {
  assert.equal(screenPath("console", "/console", ""), "/api/v1/screens/console");
  assert.equal(screenPath("console", "/console/", ""), "/api/v1/screens/console");
  assert.equal(screenPath("console", "/console/sign-in", ""), "/api/v1/screens/console/sign-in");
  assert.equal(screenPath("console", "/console/apps/track-dossier/42", "?t=1"), "/api/v1/apps/track-dossier/desk/42?t=1");
  assert.equal(screenPath("console", "/console/apps/track-dossier", ""), "/api/v1/apps/track-dossier/desk/");
});

test("addresses of the server and of the other shell are left to the browser", () => {
  assert.equal(belongsTo("citizen", "/inbox"), true);
  assert.equal(belongsTo("citizen", "/console/apps/x/"), false);
  assert.equal(belongsTo("console", "/inbox"), false);
  assert.equal(belongsTo("citizen", "/api/docs"), false);
  assert.equal(belongsTo("citizen", "/consoles"), true);
  assert.equal(belongsTo("citizen", "/quiz"), true);
});

test("sign-in remembers where the person wanted to go", () => {
  assert.equal(signInPath("citizen", "/inbox?page=2"), "/sign-in?next=%2Finbox%3Fpage%3D2");
  assert.equal(signInPath("citizen", "/"), "/sign-in");
  assert.equal(signInPath("console", "/console/apps/x/"), "/console/sign-in?next=%2Fconsole%2Fapps%2Fx%2F");
});
