/**
 * When a field is shown, required or enabled. The twin of `camaug_sdk/rules.py`; both are held to
 * `tests/vectors/rules.json`.
 */

export type Value = string | number | boolean | string[] | null;
export type Values = Readonly<Record<string, Value | undefined>>;

export interface Test {
  rule: "test";
  field: string;
  op: "eq" | "ne" | "in" | "lt" | "le" | "gt" | "ge" | "filled" | "empty";
  value?: Value;
}
export interface All {
  rule: "all";
  of: Rule[];
}
export interface AnyOf {
  rule: "any";
  of: Rule[];
}
export type Rule = Test | All | AnyOf;

/** Whether `rule` holds for the values of a form; a missing value counts as empty. */
export function holds(rule: Rule, values: Values): boolean {
  switch (rule.rule) {
    case "all":
      return rule.of.every((one) => holds(one, values));
    case "any":
      return rule.of.some((one) => holds(one, values));
    case "test":
      return compare(rule, Object.hasOwn(values, rule.field) ? (values[rule.field] ?? null) : null);
  }
}

function compare(test: Test, actual: Value): boolean {
  const wanted = test.value ?? null;
  switch (test.op) {
    case "filled":
      return !isEmpty(actual);
    case "empty":
      return isEmpty(actual);
    case "eq":
      return same(actual, wanted);
    case "ne":
      return !same(actual, wanted);
    case "in":
      return Array.isArray(wanted) && wanted.some((one) => same(actual, one));
    default:
      return ordered(test.op, actual, wanted);
  }
}

export function isEmpty(value: Value): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function same(a: Value, b: Value): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, index) => one === b[index]);
  }
  return a === b;
}

/** Numbers by size, text (ISO dates) by code point; other pairs never hold. */
function ordered(op: "lt" | "le" | "gt" | "ge", actual: Value, wanted: Value): boolean {
  let sign: number;
  if (typeof actual === "number" && typeof wanted === "number") {
    sign = Math.sign(actual - wanted);
  } else if (typeof actual === "string" && typeof wanted === "string" && actual !== "") {
    sign = byCodePoint(actual, wanted);
  } else {
    return false;
  }
  return { lt: sign < 0, le: sign <= 0, gt: sign > 0, ge: sign >= 0 }[op];
}

/** JavaScript orders text by UTF-16 unit, Python by code point; they differ beyond the BMP. */
function byCodePoint(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const gap = (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? 0);
    if (gap !== 0) return Math.sign(gap);
  }
  return Math.sign(left.length - right.length);
}
