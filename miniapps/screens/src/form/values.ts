/** The values of a form: which fields it has, which count, and what is wrong with them. */

import { BAD_DATE } from "../fields/typing.ts";
import { date, number, type Translate } from "../client/words.ts";
import type { Lang } from "../language/actions.ts";
import type { FormField } from "../language/fields.ts";
import { holds, isEmpty, type Value, type Values } from "../language/rules.ts";
import type { AnyBlock } from "../language/screens.ts";

/** What the form holds while a combobox names nothing from its list: filled, and an error. */
export const UNKNOWN = "?";

/** The fields of a form in their order, out of groups and accordions. */
export function fieldsOf(blocks: readonly AnyBlock[]): FormField[] {
  return blocks.flatMap((block) => {
    if (block.type === "group" || block.type === "accordion") return fieldsOf(block.blocks);
    return "name" in block ? [block] : [];
  });
}

/** What a field holds before anybody touched it. */
export function initial(field: FormField): Value {
  switch (field.type) {
    case "file-field":
      return (field.files ?? []).map((file) => file.document_id);
    case "choices-field":
      return field.value ?? [];
    case "boolean-field":
      return field.value ?? false;
    default:
      return field.value ?? null;
  }
}

/**
 * The values of the fields that are shown. A hidden field counts as empty for the rules of others,
 * as it does at the server, which never gets it; so this repeats until nothing changes.
 */
export function shownValues(fields: readonly FormField[], values: Values): Values {
  let shown = fields;
  for (let round = 0; round <= fields.length; round += 1) {
    const now = pick(shown, values);
    const next = fields.filter((field) => !field.show_when || holds(field.show_when, now));
    if (next.length === shown.length && next.every((field, index) => field === shown[index])) break;
    shown = next;
  }
  return pick(shown, values);
}

function pick(fields: readonly FormField[], values: Values): Values {
  return Object.fromEntries(fields.map((field) => [field.name, values[field.name] ?? null]));
}

const FORMATS = {
  "citizen-id-field": [/^\d{12}$/, "error.citizen_id"],
  "phone-field": [/^(0|\+84)\d{9}$/, "error.phone"],
  "email-field": [/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "error.email"],
} as const;

/** What is wrong with one value, in words, before the server looks; undefined when nothing is. */
export function fault(
  field: FormField,
  value: Value,
  required: boolean,
  t: Translate,
  lang: Lang,
): string | undefined {
  if (field.type === "boolean-field") return required && value !== true ? t("error.tick") : undefined;
  if (isEmpty(value) || (typeof value === "string" && value.trim() === "")) {
    return required ? missing(field, t) : undefined;
  }
  switch (field.type) {
    case "citizen-id-field":
    case "phone-field":
    case "email-field": {
      const [pattern, word] = FORMATS[field.type];
      return pattern.test(bare(field, String(value))) ? undefined : t(word);
    }
    case "number-field":
      return numberFault(value, field.minimum, field.maximum, t, lang);
    case "date-field":
      return dateFault(String(value), field.earliest, field.latest, t);
    case "commune-field":
      return value === UNKNOWN ? t("error.commune") : undefined;
    default:
      return undefined;
  }
}

/** Numbers may be typed in groups, as they stand on cards. */
function bare(field: FormField, text: string): string {
  return field.type === "email-field" ? text.trim() : text.replace(/[\s.-]/g, "");
}

function missing(field: FormField, t: Translate): string {
  const { label } = field;
  if (field.type === "file-field") return t("error.file", { label });
  const chosen = ["choice-field", "choices-field", "commune-field", "place-field", "date-field"].includes(field.type);
  return t(chosen ? "error.choose" : "error.required", { label });
}

function numberFault(
  value: Value, minimum: number | undefined, maximum: number | undefined, t: Translate, lang: Lang,
): string | undefined {
  if (typeof value !== "number") return t("error.number");
  if (minimum !== undefined && value < minimum) return t("error.minimum", { limit: number(minimum, lang) });
  if (maximum !== undefined && value > maximum) return t("error.maximum", { limit: number(maximum, lang) });
  return undefined;
}

function dateFault(
  value: string, earliest: string | undefined, latest: string | undefined, t: Translate,
): string | undefined {
  if (value === BAD_DATE) return t("error.date");
  if (earliest !== undefined && value < earliest) return t("error.earliest", { limit: date(earliest) });
  if (latest !== undefined && value > latest) return t("error.latest", { limit: date(latest) });
  return undefined;
}
