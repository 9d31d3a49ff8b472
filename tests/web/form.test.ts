import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldOf, Problem } from "../../miniapps/screens/src/client/problem.ts";
import { translator } from "../../miniapps/screens/src/client/words.ts";
import { fault, fieldsOf, initial, shownValues } from "../../miniapps/screens/src/form/values.ts";
import { grouped, position, readNumber, spoken } from "../../miniapps/screens/src/fields/typing.ts";
import type { FormField } from "../../miniapps/screens/src/language/fields.ts";
import type { Rule } from "../../miniapps/screens/src/language/rules.ts";
import type { AnyBlock } from "../../miniapps/screens/src/language/screens.ts";

const t = translator("vi");
const is = (field: string, value: string): Rule => ({ rule: "test", field, op: "eq", value });
const text = (name: string, show_when?: Rule): FormField => ({
  type: "text-field", name, label: name, ...(show_when && { show_when }),
});

test("fields are found inside groups and accordions, in their order", () => {
  const blocks: AnyBlock[] = [
    text("a"),
    { type: "group", legend: "g", blocks: [text("b"), { type: "accordion", title: "x", blocks: [text("c")] }] },
    { type: "text", text: "no field" },
  ];
  assert.deepEqual(fieldsOf(blocks).map((field) => field.name), ["a", "b", "c"]);
});

test("a field that depends on a hidden field is hidden with it", () => {
  const fields = [text("a"), text("b", is("a", "yes")), text("c", is("b", "yes"))];
  const values = { a: "no", b: "yes", c: "left over" };
  assert.deepEqual(shownValues(fields, values), { a: "no" });
  assert.deepEqual(Object.keys(shownValues(fields, { ...values, a: "yes" })), ["a", "b", "c"]);
});

test("fields that hide each other do not run forever", () => {
  const fields = [text("a", is("b", "x")), text("b", is("a", "x"))];
  assert.equal(Object.keys(shownValues(fields, { a: "x", b: "x" })).length, 2);
});

test("a field begins with its value or with what its kind calls empty", () => {
  assert.equal(initial(text("a")), null);
  assert.deepEqual(initial({ type: "choices-field", name: "a", label: "a", choices: [] }), []);
  assert.equal(initial({ type: "boolean-field", name: "a", label: "a" }), false);
  const file = { document_id: "d", name: "n", size: 1, media_type: "image/png", state: "clean" };
  assert.deepEqual(initial({ type: "file-field", name: "a", label: "a", purpose: "p", files: [file] }), ["d"]);
});

test("what is wrong is told before the server looks", () => {
  const told = (field: FormField, value: Parameters<typeof fault>[1], required = true): string | undefined =>
    fault(field, value, required, t, "vi");
  const citizenId: FormField = { type: "citizen-id-field", name: "c", label: "Số định danh" };
  assert.equal(told(citizenId, null), "Chưa nhập: Số định danh");
  assert.equal(told(citizenId, null, false), undefined);
  assert.equal(told(citizenId, "09612345678"), t("error.citizen_id"));
  assert.equal(told(citizenId, "096 123 456 789"), undefined);
  assert.equal(told({ type: "phone-field", name: "p", label: "p" }, "+84912345678"), undefined);
  assert.equal(told({ type: "phone-field", name: "p", label: "p" }, "912345678"), t("error.phone"));
  assert.equal(told({ type: "boolean-field", name: "b", label: "b" }, false), t("error.tick"));
  assert.equal(told({ type: "number-field", name: "n", label: "n", maximum: 5 }, 6), "Lớn nhất là 5");
  assert.equal(told({ type: "number-field", name: "n", label: "n" }, "abc"), t("error.number"));
  assert.equal(told({ type: "date-field", name: "d", label: "d", latest: "2026-11-24" }, "2026-11-25"), "Không được sau ngày 24/11/2026");
  assert.equal(told({ type: "commune-field", name: "c", label: "c" }, "?"), t("error.commune"));
  assert.equal(told(text("a"), "   "), "Chưa nhập: a");
});

test("numbers are read as people of either language type them", () => {
  const cases: [string, number, number | null][] = [
    ["", 0, null], ["12", 0, 12], ["1.234", 0, 1234], ["1,234", 0, 1234], ["1 234", 0, 1234],
    ["12,5", 1, 12.5], ["12.5", 1, 12.5], ["1.234,5", 1, 1234.5], ["1,234.5", 1, 1234.5],
    ["1.234", 2, 1234], ["-3", 0, -3], ["12,", 1, 12],
  ];
  for (const [typed, decimals, value] of cases) assert.equal(readNumber(typed, decimals), value, typed);
  for (const typed of ["1.5", "1.23.4", "abc", "--1", "1e5"]) assert.ok(Number.isNaN(readNumber(typed, 0)), typed);
});

test("money has dots between thousands", () => {
  assert.equal(grouped("1234567"), "1.234.567");
  assert.equal(grouped("0012"), "12");
  assert.equal(grouped("0"), "0");
});

test("a place is a text of two numbers, and people read it in their own language", () => {
  assert.equal(position(9.176_804, 105.15), "9.17680,105.15000");
  assert.equal(position(-9.5, -0.000_001), "-9.50000,-0.00000");
  assert.equal(spoken("9.17680,105.15240", "vi"), "9,1768; 105,1524");
  assert.equal(spoken("9.17680,105.15240", "en"), "9.1768, 105.1524");
  for (const none of [null, "", "Gành Hào", 7]) assert.equal(spoken(none, "vi"), undefined);
});

test("a problem's pointer names a field", () => {
  assert.equal(fieldOf("/full_name"), "full_name");
  assert.equal(fieldOf("/answers/child~1name"), "child/name");
  assert.equal(fieldOf("/files/0"), "files");
  assert.equal(fieldOf(""), "");
});

test("an answer that is no problem document still makes a problem", () => {
  const problem = new Problem(502, null);
  assert.deepEqual([problem.status, problem.code, problem.errors], [502, "", []]);
  const odd = new Problem(422, { errors: [{ pointer: "/a", message: "m" }, "x"], title: 5 });
  assert.deepEqual(odd.errors, [{ pointer: "/a", code: "", message: "m" }]);
});
