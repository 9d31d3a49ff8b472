import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import en from "../../miniapps/screens/locales/en.json" with { type: "json" };
import vi from "../../miniapps/screens/locales/vi.json" with { type: "json" };
import { number, size, translator } from "../../miniapps/screens/src/client/words.ts";

const MINIAPPS = new URL("../../miniapps/", import.meta.url);

function sources(): string {
  const folders = ["screens/src", "shell/src", "console/src"];
  return folders
    .flatMap((folder) => readdirSync(new URL(`${folder}/`, MINIAPPS), { recursive: true }).map((name) => `${folder}/${name}`))
    .filter((path) => path.endsWith(".ts"))
    .map((path) => readFileSync(new URL(path, MINIAPPS), "utf8"))
    .join("\n");
}

test("both languages have the same words with the same gaps", () => {
  const gaps = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
  assert.deepEqual(Object.keys(en), Object.keys(vi));
  for (const [word, text] of Object.entries(vi)) {
    assert.deepEqual(gaps(en[word as keyof typeof en]), gaps(text), word);
    assert.equal(text, text.normalize("NFC"), word);
  }
});

test("every word is used", () => {
  const all = sources();
  const made = ["save.", "settings.theme.", "file.state.", "commune.kind."];
  const unused = Object.keys(vi).filter((word) => !all.includes(`"${word}"`) && !made.some((start) => word.startsWith(start)));
  assert.deepEqual(unused, []);
});

test("gaps are filled, numbers as the language writes them", () => {
  assert.equal(translator("vi")("step", { number: 2, of: 4 }), "Bước 2 trên 4");
  assert.equal(translator("vi")("error.summary", { count: 1234 }), "Cần sửa 1.234 chỗ");
  assert.equal(number(1234.5, "vi"), "1.234,5");
  assert.equal(number(1234.5, "en"), "1,234.5");
  assert.equal(size(10 * 1024 * 1024, "vi"), "10 MB");
  assert.equal(size(1_300_000, "vi"), "1,2 MB");
  assert.equal(size(20, "en"), "0.1 kB");
});
