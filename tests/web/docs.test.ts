import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inRooms, room } from "../../miniapps/docs/src/contract.ts";
import { resolved } from "../../miniapps/docs/src/resolving.ts";
import vi from "../../miniapps/docs/locales/vi.json" with { type: "json" };

test("an operation stands in the room of its utility or of its part of the core", () => {
  assert.equal(room("/api/v1/apps/track-dossier/desk/{dossier_id}"), "track-dossier");
  assert.equal(room("/api/v1/apps/track-dossier"), "track-dossier");
  assert.equal(room("/api/v1/people/{staff_id}/link"), "people");
  assert.equal(room("/.well-known/jwks.json"), ".well-known");
});

test("the rooms are sorted and nothing else of the contract changes", () => {
  const contract = { info: { title: "t" }, paths: { "/api/v1/b": { get: { summary: "B" } }, "/api/v1/a": { put: {} } } };
  assert.deepEqual(inRooms(contract), {
    info: { title: "t" },
    tags: [{ name: "a" }, { name: "b" }],
    paths: { "/api/v1/b": { get: { summary: "B", tags: ["b"] } }, "/api/v1/a": { put: { tags: ["a"] } } },
  });
});

test("the page uses every word of its catalogue, Vietnamese before English", () => {
  const page = readFileSync(new URL("../../miniapps/docs/docs.html", import.meta.url), "utf8");
  for (const word of Object.keys(vi)) assert.match(page, new RegExp(`%vi:${word}%`));
  for (const [, word] of page.matchAll(/%en:(\w+)%/g)) assert.ok(page.indexOf(`%vi:${word}%`) < page.indexOf(`%en:${word}%`));
});

test("references are filled in as deep as one looks, and a schema that holds itself has an end", () => {
  const box = { type: "object", properties: { inner: { $ref: "#/components/schemas/Box" } } };
  const contract = { components: { schemas: { Box: box } }, answer: [{ $ref: "#/components/schemas/Box" }] };
  const end = { title: "Box", type: "object", description: undefined };
  const inner = { title: "Box", type: "object", properties: { inner: end } };
  assert.deepEqual(resolved(contract, ["answer"]), [{ title: "Box", type: "object", properties: { inner } }]);
  assert.equal(resolved(contract, ["nothing", "here"]), undefined);
});
