/** Numbers, money and dates. What is typed stays as typed; the form keeps the value behind it. */

import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { number } from "../client/words.ts";
import type { DateField, MoneyField, NumberField } from "../language/fields.ts";

import type { Context, FormState } from "../render/context.ts";
import { framed } from "./frame.ts";
import { BAD_DATE, digits, grouped, typedNumber } from "./typing.ts";

/** What stands in the number inputs of a form: "1," must not turn into "1" under the hand. */
const TYPED = new WeakMap<FormState, Map<string, string>>();

function shownNumber(state: FormState, field: NumberField, ctx: Context): string {
  const value = state.value(field.name);
  const decimals = field.decimals ?? 0;
  const text = TYPED.get(state)?.get(field.name);
  if (text !== undefined && typedNumber(text, decimals) === value) return text;
  return typeof value === "number" ? number(value, ctx.lang, decimals) : String(value ?? "");
}

function keepTyped(state: FormState, name: string, text: string): void {
  const typed = TYPED.get(state) ?? new Map<string, string>();
  TYPED.set(state, typed.set(name, text));
}

export function numberField(field: NumberField, ctx: Context): unknown {
  const decimals = field.decimals ?? 0;
  return framed(field, ctx, ({ id, state, required, disabled, invalid, describedBy }) => {
    const typed = (event: Event): void => {
      const text = (event.currentTarget as HTMLInputElement).value;
      keepTyped(state, field.name, text);
      state.set(field.name, typedNumber(text, decimals));
    };
    return html`<div class="with-unit"><input id=${id} name=${field.name} type="text" autocomplete="off"
      inputmode=${decimals > 0 ? "decimal" : "numeric"} class="figures" ?disabled=${disabled}
      aria-required=${required} aria-invalid=${invalid} aria-describedby=${describedBy}
      .value=${live(shownNumber(state, field, ctx))} @input=${typed} />
      ${field.unit ? html`<span class="unit">${field.unit}</span>` : nothing}</div>`;
  });
}

/** Dots between thousands appear while typing; the caret stays behind the same digit. */
export function moneyField(field: MoneyField, ctx: Context): unknown {
  return framed(field, ctx, ({ id, state, required, disabled, invalid, describedBy }) => {
    const typed = (event: Event): void => {
      const input = event.currentTarget as HTMLInputElement;
      const after = digits(input.value.slice(input.selectionEnd ?? input.value.length)).length;
      const bare = digits(input.value).slice(0, 15);
      input.value = grouped(bare);
      input.setSelectionRange(caret(input.value, after), caret(input.value, after));
      state.set(field.name, bare === "" ? null : Number(bare));
    };
    const value = state.value(field.name);
    return html`<div class="with-unit"><input id=${id} name=${field.name} type="text" inputmode="numeric"
      autocomplete="off" class="figures" maxlength="20" ?disabled=${disabled}
      aria-required=${required} aria-invalid=${invalid} aria-describedby=${describedBy}
      .value=${live(typeof value === "number" ? grouped(String(value)) : "")} @input=${typed} />
      <span class="unit">${ctx.t("unit.vnd")}</span></div>`;
  });
}

/** Where the caret stands so that `after` digits are behind it. */
function caret(text: string, after: number): number {
  let place = text.length;
  for (let left = after; left > 0 && place > 0; place -= 1) {
    if (/\d/.test(text[place - 1] ?? "")) left -= 1;
  }
  return place;
}

export function dateField(field: DateField, ctx: Context): unknown {
  return framed(field, ctx, ({ id, state, required, disabled, invalid, describedBy }) => {
    const typed = (event: Event): void => {
      const input = event.currentTarget as HTMLInputElement;
      state.set(field.name, input.validity.badInput ? BAD_DATE : input.value || null);
    };
    const value = state.value(field.name);
    return html`<input id=${id} name=${field.name} type="date" class="figures" ?disabled=${disabled}
      min=${field.earliest ?? nothing} max=${field.latest ?? nothing}
      autocomplete=${field.autocomplete ?? "off"}
      aria-required=${required} aria-invalid=${invalid} aria-describedby=${describedBy}
      .value=${live(typeof value === "string" && value !== BAD_DATE ? value : "")} @input=${typed} />`;
  });
}
