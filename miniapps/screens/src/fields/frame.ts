/** What stands around every input: label, hint, error above it, source of a prefilled value. */

import { html, nothing, type TemplateResult } from "lit";
import type { Context, FormState } from "../render/context.ts";
import type { FormField } from "../language/fields.ts";
import { icon } from "../render/icon.ts";

export interface Wiring {
  readonly id: string;
  readonly state: FormState;
  readonly required: boolean;
  readonly disabled: boolean;
  readonly invalid: "true" | typeof nothing;
  readonly describedBy: string | typeof nothing;
}

export function inputId(state: FormState, name: string): string {
  return `${state.idBase}-${name}`;
}

/**
 * One field, or nothing while its rule hides it or it stands outside a form. `group` fields (radio
 * buttons, checkboxes, files) are named by a legend, `own` ones bring their label, the others have
 * it above.
 */
export function framed(
  field: FormField,
  ctx: Context,
  draw: (wiring: Wiring) => unknown,
  shape: "label" | "group" | "own" = "label",
): TemplateResult | typeof nothing {
  const state = ctx.form;
  if (state === undefined || !state.shown(field)) return nothing;
  const wiring = wire(field, state);
  const body = html`${notes(field, ctx, wiring)}${draw(wiring)}`;
  const css = `field ${wiring.invalid === nothing ? "" : "field-invalid"}`;
  if (shape === "group") {
    return html`<fieldset class=${css} id=${wiring.id} tabindex="-1" ?disabled=${wiring.disabled}
      aria-describedby=${wiring.describedBy}>
      <legend>${name(field, ctx, wiring)}</legend>${body}</fieldset>`;
  }
  if (shape === "own") return html`<div class=${css}>${body}</div>`;
  return html`<div class=${css}><label for=${wiring.id}>${name(field, ctx, wiring)}</label>${body}</div>`;
}

function wire(field: FormField, state: FormState): Wiring {
  const id = inputId(state, field.name);
  const error = state.error(field.name);
  const parts = [
    field.hint && `${id}-hint`,
    field.prefilled_from && `${id}-source`,
    error && `${id}-error`,
  ].filter(Boolean);
  return {
    id,
    state,
    required: state.required(field),
    disabled: !state.enabled(field),
    invalid: error ? "true" : nothing,
    describedBy: parts.length ? parts.join(" ") : nothing,
  };
}

/** Most fields are required; those that are not say so. */
function name(field: FormField, ctx: Context, wiring: Wiring): TemplateResult {
  const optional = wiring.required ? nothing : html` <span class="optional">(${ctx.t("optional")})</span>`;
  return html`${field.label}${optional}`;
}

function notes(field: FormField, ctx: Context, { id, state }: Wiring): TemplateResult {
  const error = state.error(field.name);
  return html`${field.hint ? html`<p class="second" id="${id}-hint">${field.hint}</p>` : nothing}
    ${field.prefilled_from
      ? html`<p class="hint" id="${id}-source">${ctx.t("prefilled", { source: field.prefilled_from })}</p>`
      : nothing}
    ${error ? html`<p class="field-error" id="${id}-error">${icon("circle-alert")}<span>${error}</span></p>` : nothing}`;
}
