/** All errors of a form on top of it, each a way to its field; it takes focus when it appears. */

import { html, nothing, type TemplateResult } from "lit";
import { inputId } from "../fields/frame.ts";
import type { FormField } from "../language/fields.ts";
import type { Context, FormState } from "../render/context.ts";
import { icon } from "../render/icon.ts";

export function summary(
  fields: readonly FormField[],
  errors: ReadonlyMap<string, string>,
  others: readonly string[],
  ctx: Context,
  state: FormState,
): TemplateResult | typeof nothing {
  const wrong = fields.filter((field) => errors.has(field.name) && state.shown(field));
  const count = wrong.length + others.length;
  if (count === 0) return nothing;
  return html`<section class="callout tone-bad error-summary" tabindex="-1" role="alert">
    ${icon("circle-alert")}
    <div class="stack-4">
      <p class="strong">${ctx.t("error.summary", { count })}</p>
      <ul>
        ${others.map((message) => html`<li>${message}</li>`)}
        ${wrong.map((field) => html`<li><a href="#${inputId(state, field.name)}" data-open
          @click=${(event: Event) => jump(event, inputId(state, field.name))}>${errors.get(field.name)}</a></li>`)}
      </ul>
    </div>
  </section>`;
}

/** Focus without touching the address: the fragment would be a step in the history. */
function jump(event: Event, id: string): void {
  event.preventDefault();
  const target = document.getElementById(id);
  target?.scrollIntoView({ block: "center" });
  target?.focus({ preventScroll: true });
}
