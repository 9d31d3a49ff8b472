/** The rules of forms, on the cases that the server runs too (`tests/sdk/test_rules.py`). */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { holds, type Rule, type Values } from "../../miniapps/screens/src/language/rules.ts";

interface Case {
  why: string;
  rule: Rule;
  values: Values;
  holds: boolean;
}

const cases = JSON.parse(readFileSync(new URL("../vectors/rules.json", import.meta.url), "utf8")) as Case[];

for (const one of cases) {
  test(`a rule holds as its vector says: ${one.why}`, () => {
    assert.equal(holds(one.rule, one.values), one.holds);
  });
}
