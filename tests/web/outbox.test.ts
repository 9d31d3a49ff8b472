import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Api } from "../../miniapps/screens/src/client/api.ts";
import { AnotherWaits, Later, Outbox } from "../../miniapps/screens/src/client/outbox.ts";
import { NetworkLost, Problem } from "../../miniapps/screens/src/client/problem.ts";

type Answering = (href: string, key: string) => unknown;

/** Only what the outbox uses of a browser: named entries, and a lock that is always free. */
class Drawers {
  getItem(name: string): string | null {
    return (this as unknown as Record<string, string>)[name] ?? null;
  }
  setItem(name: string, text: string): void {
    (this as unknown as Record<string, string>)[name] = text;
  }
  removeItem(name: string): void {
    delete (this as unknown as Record<string, string>)[name];
  }
}

function device(answering: Answering, audience = "citizen"): { outbox: Outbox; session: { account: string | null } } {
  const session = { account: "a" as string | null, audience };
  const write = async (_: string, href: string, __: unknown, key: string): Promise<unknown> => answering(href, key);
  return { outbox: new Outbox({ session, write } as unknown as Api), session };
}

const lost: Answering = () => { throw new NetworkLost("gone"); };
const filing = { type: "send", href: "/file" } as const;
const nothing = (): void => undefined;

beforeEach(() => {
  Object.defineProperty(globalThis, "localStorage", { value: new Drawers(), configurable: true });
  const locks = { request: (_: string, __: object, work: (lock: object) => Promise<void>) => work({}) };
  Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true });
});

test("one key over every try, until the server has answered", async () => {
  const keys: string[] = [];
  let there = false;
  const { outbox } = device((_, key) => {
    keys.push(key);
    return there ? { type: "outcome" } : lost("", "");
  });
  await assert.rejects(outbox.send(filing, { a: 1 }, "t", "/"), Later);
  await assert.rejects(outbox.send(filing, { a: 1 }, "t", "/"), Later);
  await assert.rejects(outbox.send(filing, { a: 2 }, "t", "/"), AnotherWaits);
  there = true;
  await outbox.flush(nothing, "wrong");
  assert.deepEqual([keys.length, new Set(keys).size, outbox.waiting.length], [3, 1, 0]);
});

test("what another account left is neither seen nor sent by this one", async () => {
  const sent: string[] = [];
  const { outbox, session } = device(lost);
  await assert.rejects(outbox.send(filing, {}, "t", "/"), Later);
  await assert.rejects(outbox.send({ ...filing, href: "/second" }, {}, "t", "/"), Later);
  const other = device((href) => {
    sent.push(href);
    other.session.account = "b"; // somebody else signs in, in another tab, while this is on its way
    return { type: "outcome" };
  });
  await other.outbox.flush(nothing, "wrong");
  session.account = "b";
  assert.deepEqual([sent, outbox.waiting.length], [["/file"], 0]);
});

test("what the person discards meanwhile is not sent", async () => {
  const sent: string[] = [];
  const { outbox } = device(lost);
  await assert.rejects(outbox.send(filing, {}, "t", "/"), Later);
  await assert.rejects(outbox.send({ ...filing, href: "/second" }, {}, "t", "/"), Later);
  const tab = device((href) => {
    sent.push(href);
    tab.outbox.waiting.filter((one) => one.href === "/second").forEach((one) => tab.outbox.drop(one));
    return { type: "outcome" };
  });
  await tab.outbox.flush(nothing, "wrong");
  assert.deepEqual(sent, ["/file"]);
});

test("what is refused stays with its reason, unless the person has signed out meanwhile", async () => {
  const refusal = new Problem(422, { title: "No", detail: "Not so", code: "x" });
  const { outbox } = device(lost);
  await assert.rejects(outbox.send(filing, {}, "t", "/"), Later);
  await device(() => { throw refusal; }).outbox.flush(nothing, "wrong");
  assert.equal(outbox.waiting[0]?.refused, "Not so");
  outbox.forget();
  await assert.rejects(outbox.send(filing, {}, "t", "/"), Later);
  await device(() => { outbox.forget(); throw refusal; }).outbox.flush(nothing, "wrong");
  assert.equal(outbox.waiting.length, 0);
});

test("a desk in the same browser takes nothing of the citizen", async () => {
  const { outbox } = device(lost);
  await assert.rejects(outbox.send(filing, {}, "t", "/"), Later);
  device(lost, "staff").outbox.forget();
  assert.equal(outbox.waiting.length, 1);
});
