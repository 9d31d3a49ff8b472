/** What stands where a screen is not: waiting, no connection, an error. */

import { html, nothing, type TemplateResult } from "lit";
import { NetworkLost, Problem } from "../client/problem.ts";
import type { Context } from "../render/context.ts";
import { icon } from "../render/icon.ts";

/** The shape of a page, for waits that are long enough to notice. */
export function skeleton(ctx: Context): TemplateResult {
  return html`<main id="main" class="page" aria-busy="true">
    <div class="visually-hidden" role="status"><h1>${ctx.t("loading")}</h1></div>
    <div class="skeleton skeleton-title"></div>
    ${[1, 2, 3].map(() => html`<div class="skeleton skeleton-card"></div>`)}
  </main>`;
}

export function failure(error: unknown, ctx: Context, retry: () => void): TemplateResult {
  const told = words(error, ctx);
  const home = ctx.app === "console" ? "/console" : "/";
  const away = html`<a class="button button-${told.final ? "primary" : "quiet"}" href=${home}>${ctx.t("problem.home")}</a>`;
  const again = html`<button type="button" class="button button-primary" @click=${retry}>${icon("rotate-cw")}<span>${ctx.t("retry")}</span></button>`;
  return html`<main id="main" class="page page-failure">
    <section class="surface empty">
      ${icon(told.icon, "big-icon")}
      <h1 tabindex="-1">${told.title}</h1>
      <p class="second text">${told.text}</p>
      ${told.code ? html`<p class="hint">${ctx.t("problem.code", { code: told.code })}</p>` : nothing}
      ${told.final ? nothing : again}${away}
    </section>
  </main>`;
}

interface Told {
  icon: string;
  title: string;
  text: string;
  /** What to tell those who help; trying again may help. */
  code?: string;
  /** Trying again changes nothing. */
  final?: true;
}

function words(error: unknown, { t }: Context): Told {
  if (error instanceof NetworkLost) {
    return { icon: "wifi-off", title: t("problem.offline.title"), text: t("problem.offline.text") };
  }
  if (error instanceof Problem && [403, 404, 410].includes(error.status)) {
    const missing = { title: t("problem.missing.title"), text: t("problem.missing.text") };
    const said = error.title ? { title: error.title, text: error.detail } : missing;
    return { icon: error.status === 403 ? "lock" : "circle-help", ...said, final: true };
  }
  if (error instanceof Problem && error.title) {
    return { icon: "circle-alert", title: error.title, text: error.detail, code: error.code };
  }
  return { icon: "circle-alert", title: t("problem.other.title"), text: t("problem.other.text") };
}
