/** Strips above a page: that it is of an earlier time, and what waits to be sent. */

import { html, nothing, type TemplateResult } from "lit";
import type { Waiting } from "../client/outbox.ts";
import { moment } from "../client/words.ts";
import type { Context } from "../render/context.ts";
import { icon } from "../render/icon.ts";

export function oldStrip(at: Date | null, ctx: Context, again: () => void): TemplateResult {
  const text = at === null ? ctx.t("offline.shown") : ctx.t("offline.shown.at", { moment: moment(at, ctx.lang) });
  return html`<section class="strip" aria-label=${ctx.t("offline.title")}>
    ${icon("wifi-off")}<p role="status">${text}</p>
    <button type="button" class="button button-quiet" @click=${again}>${ctx.t("retry")}</button>
  </section>`;
}

export function waitingStrip(
  waiting: readonly Waiting[],
  ctx: Context,
  now: () => void,
  drop: (one: Waiting) => void,
): TemplateResult | typeof nothing {
  if (waiting.length === 0) return nothing;
  const refused = waiting.some((one) => one.refused !== undefined);
  return html`<section tabindex="-1" class="strip strip-waiting ${refused ? "strip-bad" : ""}" aria-label=${ctx.t("outbox.title", { count: waiting.length })}>
    ${icon(refused ? "circle-alert" : "clock")}
    <p role="status">${ctx.t("outbox.title", { count: waiting.length })}</p>
    ${refused ? nothing : html`<button type="button" class="button button-quiet" @click=${now}>${ctx.t("outbox.now")}</button>`}
    <ul>${waiting.map((one) => html`<li>
      <p><b>${one.title}</b> <span class="second">${one.refused ?? ctx.t("outbox.unsent")}</span></p>
      ${one.refused ? html`<a class="button button-quiet" href=${one.from}>${ctx.t("outbox.open")}</a>` : nothing}
      <button type="button" class="button button-quiet" aria-label=${ctx.t("outbox.drop.one", { title: one.title })} @click=${() => drop(one)}>${ctx.t("outbox.drop")}</button>
    </li>`)}</ul>
  </section>`;
}
