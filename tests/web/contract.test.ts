/** The renderer against the published schema of the Screen language, and the icons against lucide. */

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), "utf8");

interface Definition {
  properties: Record<string, { items?: { discriminator?: { mapping: Record<string, string> } } }>;
}
const SCHEMA = JSON.parse(read("openapi/screen.schema.json")) as { $defs: Record<string, Definition> };

test("every block of the language is drawn", () => {
  const known = Object.keys(SCHEMA.$defs["Screen"]?.properties["blocks"]?.items?.discriminator?.mapping ?? {});
  const table = /DRAW[^=]*= \{([\s\S]*?)\n\};/.exec(read("miniapps/screens/src/render/blocks.ts"))?.[1] ?? "";
  const drawn = [...table.matchAll(/^ {2}"?([\w-]+)"?[,:]/gm)].map(([, tag]) => tag);
  assert.ok(known.length >= 30, `found ${known.length} blocks`);
  assert.deepEqual(drawn.sort(), known.sort());
});

/** Interface name to member names, those of the file's `Base` included. */
function interfaces(source: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [, name = "", base, body = ""] of source.matchAll(/^(?:export )?interface (\w+)(?:<[^>]*>)?( extends Base<[^>]*>)? \{\n([\s\S]*?)^\}/gm)) {
    const own = [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, member]) => member ?? "");
    found.set(name, [...(base ? (found.get("Base") ?? []) : []), ...own]);
  }
  return found;
}

test("the shapes in TypeScript have the members of the published schema", () => {
  const written = new Map(
    ["screens", "fields", "actions", "rules"].flatMap((name) => [...interfaces(read(`miniapps/screens/src/language/${name}.ts`))]),
  );
  const shared = Object.entries(SCHEMA.$defs).filter(([name]) => written.has(name));
  assert.ok(shared.length >= 50, `compared ${shared.length} shapes`);
  for (const [name, { properties }] of shared) {
    assert.deepEqual(written.get(name)?.sort(), Object.keys(properties).sort(), name);
  }
});

const LISTED = read("miniapps/screens/icons.txt").split("\n").filter(Boolean);

test("every listed icon exists, once, in order", () => {
  const missing = LISTED.filter((name) => !existsSync(new URL(`miniapps/node_modules/lucide-static/icons/${name}.svg`, ROOT)));
  assert.deepEqual(missing, []);
  assert.deepEqual(LISTED, [...new Set(LISTED)].sort());
});

test("every icon that is named anywhere is listed", () => {
  const patterns = [/\bicon\(\s*"([a-z0-9-]+)"/g, /\bicon=\(?\s*"([a-z0-9-]+)"/g, /"icon":\s*"([a-z0-9-]+)"/g, /\bicon:\s*"([a-z0-9-]+)"/g];
  const files = ["backend", "plugins", "miniapps/screens/src", "miniapps/shell/src", "miniapps/console/src"]
    .filter((folder) => existsSync(new URL(folder, ROOT)))
    .flatMap((folder) => readdirSync(new URL(`${folder}/`, ROOT), { recursive: true }).map((name) => `${folder}/${name}`))
    .filter((path) => /\.(py|ts|json)$/.test(path) && !path.includes("node_modules"));
  const unlisted = files.flatMap((path) => {
    const source = read(path);
    const names = patterns.flatMap((pattern) => [...source.matchAll(pattern)].map(([, name]) => name ?? ""));
    return names.filter((name) => !LISTED.includes(name)).map((name) => `${path}: ${name}`);
  });
  assert.deepEqual(unlisted, []);
});

test("the chosen night has the colours of the system's night", () => {
  const css = read("miniapps/screens/styles/tokens.css");
  const night = (selector: string): string[] => {
    const from = css.indexOf("{", css.indexOf(selector));
    return css.slice(from + 1, css.indexOf("}", from)).split("\n").map((line) => line.trim()).filter(Boolean);
  };
  assert.deepEqual(night(':root[data-theme="dark"]'), night(':root:not([data-theme="light"])'));
});
