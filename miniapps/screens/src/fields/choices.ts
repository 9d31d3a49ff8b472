/** Yes or no, one of a few, any of a few. */

import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { BooleanField, Choice, ChoiceField, ChoicesField } from "../language/fields.ts";
import type { Context } from "../render/context.ts";
import { framed, type Wiring } from "./frame.ts";

/** More options than this become a native select. */
const RADIO_LIMIT = 5;
/** Words this short leave room for two options side by side at 320 px. */
const SHORT = 12;
/** More checkboxes than this stand in columns where there is room. */
const COLUMN = 12;

export function booleanField(field: BooleanField, ctx: Context): unknown {
  return framed(field, ctx, ({ id, state, required, disabled, invalid, describedBy }) => html`<label class="option">
    <input id=${id} name=${field.name} type="checkbox" ?disabled=${disabled} aria-required=${required}
      aria-invalid=${invalid} aria-describedby=${describedBy}
      .checked=${live(state.value(field.name) === true)}
      @change=${(event: Event) => state.set(field.name, (event.currentTarget as HTMLInputElement).checked)} />
    <span>${field.label}</span></label>`, "own");
}

export function choiceField(field: ChoiceField, ctx: Context): unknown {
  if (field.choices.length > RADIO_LIMIT) return framed(field, ctx, (wiring) => select(field, ctx, wiring));
  return framed(field, ctx, ({ id, state, invalid }) => html`<div class="options ${pairs(field.choices)}">
    ${field.choices.map((choice) => option(choice, html`<input type="radio" name=${id} value=${choice.value}
      aria-invalid=${invalid} .checked=${live(state.value(field.name) === choice.value)}
      @change=${() => state.set(field.name, choice.value)} />`))}
  </div>`, "group");
}

export function choicesField(field: ChoicesField, ctx: Context): unknown {
  return framed(field, ctx, ({ id, state, invalid }) => {
    const chosen = state.value(field.name);
    const now = Array.isArray(chosen) ? chosen : [];
    const toggle = (value: string): void => {
      const wanted = now.includes(value) ? now.filter((one) => one !== value) : [...now, value];
      const inOrder = field.choices.map((choice) => choice.value).filter((one) => wanted.includes(one));
      state.set(field.name, inOrder);
    };
    return html`<div class="options ${field.choices.length > COLUMN ? "columns" : ""}">
      ${field.choices.map((choice) => option(choice, html`<input type="checkbox" name=${id} value=${choice.value}
        aria-invalid=${invalid} .checked=${live(now.includes(choice.value))}
        @change=${() => toggle(choice.value)} />`))}
    </div>`;
  }, "group");
}

function pairs(choices: Choice[]): string {
  return choices.length === 2 && choices.every((one) => one.label.length <= SHORT && !one.hint) ? "pair" : "";
}

function option(choice: Choice, input: TemplateResult): TemplateResult {
  return html`<label class="option" lang=${choice.lang ?? nothing}>${input}
    <span>${choice.label}${choice.hint ? html`<span class="second">${choice.hint}</span>` : nothing}</span></label>`;
}

function select(field: ChoiceField, ctx: Context, wiring: Wiring): TemplateResult {
  const { id, state, required, disabled, invalid, describedBy } = wiring;
  const value = state.value(field.name);
  return html`<select id=${id} name=${field.name} ?disabled=${disabled} aria-required=${required}
    aria-invalid=${invalid} aria-describedby=${describedBy}
    @change=${(event: Event) => state.set(field.name, (event.currentTarget as HTMLSelectElement).value || null)}>
    <option value="" ?selected=${value === null}>${ctx.t("choice.none")}</option>
    ${field.choices.map((choice) => html`<option value=${choice.value} lang=${choice.lang ?? nothing}
      ?selected=${value === choice.value}>${choice.label}</option>`)}
  </select>`;
}
