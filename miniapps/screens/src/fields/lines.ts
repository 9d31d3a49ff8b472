/** Text, one line or several, with the keyboard and autofill that fit. */

import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import type { LineField, LongTextField } from "../language/fields.ts";
import type { Context } from "../render/context.ts";
import { framed } from "./frame.ts";
import { suggestions } from "./suggestions.ts";

interface Kind {
  type: string;
  mode: string;
  autocomplete: string;
  length: number;
}

const KINDS: Record<LineField["type"], Kind> = {
  "text-field": { type: "text", mode: "text", autocomplete: "off", length: 200 },
  "person-name-field": { type: "text", mode: "text", autocomplete: "name", length: 200 },
  "email-field": { type: "email", mode: "email", autocomplete: "email", length: 254 },
  "phone-field": { type: "tel", mode: "tel", autocomplete: "tel", length: 16 },
  "address-field": { type: "text", mode: "text", autocomplete: "street-address", length: 300 },
  "citizen-id-field": { type: "text", mode: "numeric", autocomplete: "off", length: 12 },
};

/** A field's own wishes over those of its kind. */
function kindOf(field: LineField): Kind {
  const kind = { ...KINDS[field.type] };
  if (field.type !== "text-field") return kind;
  if (field.numeric) kind.mode = "numeric";
  if (field.secret) kind.type = "password";
  if (field.autocomplete) kind.autocomplete = field.autocomplete;
  if (field.max_length) kind.length = field.max_length;
  return kind;
}

const written = (event: Event): string =>
  (event.currentTarget as HTMLInputElement | HTMLTextAreaElement).value.normalize("NFC");

export function lineField(field: LineField, ctx: Context): unknown {
  const kind = kindOf(field);
  const plain = kind.mode !== "text" || kind.type === "password";
  return framed(field, ctx, ({ id, state, required, disabled, invalid, describedBy }) => html`<input
    id=${id} name=${field.name} type=${kind.type} inputmode=${kind.mode} autocomplete=${kind.autocomplete}
    maxlength=${kind.length} spellcheck=${plain ? "false" : nothing} autocapitalize=${plain ? "off" : nothing}
    class=${kind.mode === "numeric" ? "figures" : ""}
    ?disabled=${disabled} aria-required=${required} aria-invalid=${invalid} aria-describedby=${describedBy}
    .value=${live(String(state.value(field.name) ?? ""))}
    @input=${(event: Event) => state.set(field.name, written(event))} />`);
}

export function longTextField(field: LongTextField, ctx: Context): unknown {
  return framed(field, ctx, ({ id, state, required, disabled, invalid, describedBy }) => html`${suggestions(field, id, state, ctx, disabled)}<textarea
    id=${id} name=${field.name} rows="4" maxlength=${field.max_length ?? 2000}
    ?disabled=${disabled} aria-required=${required} aria-invalid=${invalid} aria-describedby=${describedBy}
    .value=${live(String(state.value(field.name) ?? ""))}
    @input=${(event: Event) => state.set(field.name, written(event))}></textarea>`);
}
