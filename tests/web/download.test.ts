import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Api } from "../../miniapps/screens/src/client/api.ts";
import { NetworkLost, Problem } from "../../miniapps/screens/src/client/problem.ts";
import type { Session } from "../../miniapps/screens/src/client/session.ts";

const real = globalThis.fetch;
afterEach(() => { globalThis.fetch = real; });

/** Ask for a download that the server answers like this. */
function asked(body: BodyInit, init: ResponseInit): Promise<string | File> {
  globalThis.fetch = () => Promise.resolve(new Response(body, init));
  const session = { token: "t", account: "a", refresh: () => Promise.resolve(false) } as unknown as Session;
  return new Api(session, "vi").download("/api/v1/apps/track-dossier/export");
}

test("an address is given on, an attachment is the file itself under its name", async () => {
  assert.equal(await asked('{"url":"https://store/x"}', {}), "https://store/x");
  const headers = { "Content-Disposition": 'attachment; filename="ho-so.json"', "Content-Type": "application/json" };
  const file = await asked('{"url":"no"}', { headers });
  assert.ok(file instanceof File);
  assert.equal(file.name, "ho-so.json");
  assert.equal(await file.text(), '{"url":"no"}');
});

test("what is refused is a problem, and what breaks off is a lost network", async () => {
  await assert.rejects(asked('{"code":"too_many_exports"}', { status: 429 }), Problem);
  const broken = new ReadableStream({ start: (stream) => { stream.error(new TypeError("terminated")); } });
  await assert.rejects(asked(broken, { headers: { "Content-Disposition": "attachment" } }), NetworkLost);
});
