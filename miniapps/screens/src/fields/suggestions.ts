/**
 * Texts to begin with, above a long text: a list and a button. Choosing alone changes nothing, since
 * the keys that walk through a list choose (WCAG 3.2.2); the button inserts and goes to the text.
 */

import { html, nothing } from "lit";
import type { LongTextField } from "../language/fields.ts";
import type { Context, FormState } from "../render/context.ts";

export function suggestions(
  field: LongTextField, id: string, state: FormState, ctx: Context, disabled: boolean,
): unknown {
  const offered = field.suggestions ?? [];
  if (offered.length === 0) return nothing;
  const listId = `${id}-suggestions`;
  return html`<div class="suggestions">
    <label for=${listId}>${ctx.t("suggest.label")}</label>
    <select id=${listId} ?disabled=${disabled}>
      <option value="">${ctx.t("suggest.choose")}</option>
      ${offered.map((one, index) => html`<option value=${index} lang=${one.lang ?? nothing}>${one.label}</option>`)}
    </select>
    <button type="button" class="button button-secondary" ?disabled=${disabled}
      @click=${(event: Event) => insert(event, field, id, state)}>${ctx.t("suggest.insert")}</button>
  </div>`;
}

/** Into an empty field, or in place of what was inserted before; behind what the person typed. */
function insert(event: Event, field: LongTextField, id: string, state: FormState): void {
  const box = (event.currentTarget as HTMLElement).closest(".suggestions");
  const list = box?.querySelector("select");
  const chosen = list?.value ? field.suggestions?.[Number(list.value)] : undefined;
  if (chosen === undefined) {
    list?.focus();
    return;
  }
  const typed = String(state.value(field.name) ?? "").trim();
  const inserted = (field.suggestions ?? []).some(({ text }) => text === typed);
  const text = typed === "" || inserted ? chosen.text : `${typed}\n${chosen.text}`;
  state.set(field.name, text.slice(0, field.max_length ?? 2000));
  if (field.suggestion_name !== undefined) state.set(field.suggestion_name, chosen.key);
  const area = document.getElementById(id) as HTMLTextAreaElement | null;
  area?.focus();
  area?.setSelectionRange(area.value.length, area.value.length);
}
