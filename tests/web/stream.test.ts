import assert from "node:assert/strict";
import { test } from "node:test";
import { appended, nextPage } from "../../miniapps/screens/src/app/pages.ts";
import { fold } from "../../miniapps/screens/src/client/fold.ts";
import { SseParser } from "../../miniapps/screens/src/client/live.ts";
import { match, named } from "../../miniapps/screens/src/fields/communes.ts";
import type { ItemList, Screen } from "../../miniapps/screens/src/language/screens.ts";

test("messages are read from a stream however it is cut", () => {
  const stream = ': beat\n\nid: 7\nevent: change\ndata: {"topics":["inbox"]}\n\n: beat\n\nid: 8\r\nevent: change\r\ndata: a\r\ndata: b\r\n\r\n';
  for (const length of [1, 2, 3, 7, 500]) {
    const parser = new SseParser();
    const messages = [];
    for (let at = 0; at < stream.length; at += length) messages.push(...parser.push(stream.slice(at, at + length)));
    assert.deepEqual(messages, [
      { id: "7", event: "change", data: '{"topics":["inbox"]}' },
      { id: "8", event: "change", data: "a\nb" },
    ], `cut by ${length}`);
  }
});

test("text is found without marks", () => {
  assert.equal(fold("  Đất  MŨI "), "dat mui");
  const all = [
    { code: "1", name: "Đất Mũi", kind: "commune" as const },
    { code: "2", name: "An Xuyên", kind: "ward" as const },
    { code: "3", name: "Tân Thành", kind: "ward" as const },
  ];
  const found = (typed: string): string[] => match(all, typed).map((one) => one.code);
  assert.deepEqual(found("dat mui"), ["1"]);
  assert.deepEqual(found("mũi"), ["1"]);
  assert.deepEqual(found("phuong t"), ["3"]);
  assert.deepEqual(found("ward an"), ["2"]);
  assert.deepEqual(found("uyen"), []);
  assert.equal(named(all, "phường an xuyên")?.code, "2");
  assert.equal(named(all, "An Xuyen")?.code, "2");
  assert.equal(named(all, "an"), undefined);
  assert.deepEqual(found(""), ["1", "2", "3"]);
});

test("the next page of a list is appended where the list stands", () => {
  const list = (titles: string[], more?: string): ItemList => ({
    type: "list",
    items: titles.map((title) => ({ title })),
    ...(more && { more: { type: "link" as const, label: "more", action: { type: "go" as const, href: more } } }),
  });
  const screen = (one: ItemList): Screen => ({
    type: "screen", title: "t", lang: "vi", blocks: [{ type: "text", text: "x" }, { type: "accordion", title: "a", blocks: [one] }],
  });
  const first = screen(list(["1"], "/inbox?after=1"));
  assert.equal(nextPage(first), "/inbox?after=1");
  const both = appended(first, screen(list(["2"])));
  assert.deepEqual(both, screen(list(["1", "2"])));
  assert.equal(nextPage(both), undefined);
  assert.deepEqual(first, screen(list(["1"], "/inbox?after=1")), "the first page itself stays");
});
