/** A whole page: header, title, blocks, main button. Frames (bars, rail) belong to the apps. */

import { html, nothing, type TemplateResult } from "lit";
import type { AnyBlock, Screen, SearchBox } from "../language/screens.ts";
import { button, tool } from "./basic.ts";
import { blocks } from "./blocks.ts";
import type { Context } from "./context.ts";
import { icon } from "./icon.ts";
import { searchBox } from "./search.ts";

export type SaveState = "none" | "saving" | "saved" | "waiting";

export function page(screen: Screen, ctx: Context, saved: SaveState): TemplateResult {
  if (ctx.app === "console") return deskPage(screen, ctx, saved);
  if (screen.hero) return heroPage(screen, ctx);
  if (screen.step) return stepPage(screen, ctx, saved);
  return html`${bar(screen, ctx, saved)}
    <main id="main" lang=${screen.lang} class="page">
      <div class="title-row">
        <div class="titles">
          ${screen.back ? nothing : kicker(screen)}
          <h1 tabindex="-1">${screen.title}</h1>
          ${subtitle(screen)}
        </div>
        ${screen.back ? nothing : (screen.tools ?? []).map((one) => tool(one, ctx))}
      </div>
      ${blocks(screen.blocks, ctx)}
      ${mainButton(screen, ctx)}
    </main>`;
}

function bar(screen: Screen, ctx: Context, saved: SaveState): TemplateResult | typeof nothing {
  if (!screen.back && saved === "none") return nothing;
  return html`<header class="bar">
    ${back(screen, ctx, "arrow-left")}
    <div class="bar-text">${screen.back ? kicker(screen) : nothing}</div>
    ${saveState(saved, ctx)}
    ${screen.back ? (screen.tools ?? []).map((one) => tool(one, ctx)) : nothing}
  </header>`;
}

function heroPage(screen: Screen, ctx: Context): TemplateResult {
  const first = screen.blocks[0];
  const search = first?.type === "search-box" ? first : undefined;
  return html`<header class="hero ${search ? "with-search" : ""}" lang=${screen.lang}>
      <div class="hero-inner">
        <div class="titles">${kicker(screen)}<h1 tabindex="-1">${screen.title}</h1>${subtitle(screen)}</div>
        ${(screen.tools ?? []).map((one) => tool(one, ctx))}
      </div>
    </header>
    <main id="main" lang=${screen.lang} class="page">${blocks(screen.blocks, ctx)}${mainButton(screen, ctx)}</main>`;
}

function stepPage(screen: Screen, ctx: Context, saved: SaveState): TemplateResult {
  const { number, of } = screen.step ?? { number: 1, of: 1 };
  const place = whereabouts(screen, ctx);
  return html`<header class="bar bar-step">
      ${back(screen, ctx, "x")}
      <div class="bar-text"><h1 tabindex="-1" lang=${screen.lang}>${screen.title}</h1><p class="second">${place}</p></div>
      ${saveState(saved, ctx)}
      ${(screen.tools ?? []).map((one) => tool(one, ctx))}
      <progress max=${of} .value=${number} aria-label=${place}></progress>
    </header>
    <main id="main" lang=${screen.lang} class="page page-step">
      ${screen.kicker || screen.subtitle ? html`<div class="titles">${kicker(screen)}${subtitle(screen)}</div>` : nothing}
      ${blocks(screen.blocks, ctx)}
      ${mainButton(screen, ctx)}
    </main>`;
}

/** The desk has room: search, tools and main button stand beside the title. */
function deskPage(screen: Screen, ctx: Context, saved: SaveState): TemplateResult {
  const search = screen.blocks.find((one): one is SearchBox => one.type === "search-box");
  const rest: AnyBlock[] = screen.blocks.filter((one) => one !== search);
  const place = whereabouts(screen, ctx);
  return html`<main id="main" lang=${screen.lang} class="page desk">
    <header class="desk-head">
      ${back(screen, ctx, "arrow-left")}
      <div class="titles">
        ${kicker(screen)}<h1 tabindex="-1">${screen.title}</h1>${subtitle(screen)}
        ${place ? html`<p class="second">${place}</p>` : nothing}
      </div>
      ${saveState(saved, ctx)}
      ${search ? searchBox(search, ctx) : nothing}
      ${(screen.tools ?? []).map((one) => button(one, ctx))}
      ${screen.primary ? html`<div class="desk-main">${button(screen.primary, ctx, screen.primary.style ?? "primary")}</div>` : nothing}
    </header>
    ${blocks(rest, ctx)}
  </main>`;
}

/** "Bước 2 trên 4 · Em bé" */
function whereabouts({ step }: Screen, ctx: Context): string {
  if (!step) return "";
  const { number, of, label } = step;
  return [ctx.t("step", { number, of }), label].filter(Boolean).join(" · ");
}

function kicker(screen: Screen): TemplateResult | typeof nothing {
  return screen.kicker ? html`<p class="kicker">${screen.kicker}</p>` : nothing;
}

function subtitle(screen: Screen): TemplateResult | typeof nothing {
  return screen.subtitle ? html`<p class="second">${screen.subtitle}</p>` : nothing;
}

function back(screen: Screen, ctx: Context, name: string): TemplateResult | typeof nothing {
  if (!screen.back) return nothing;
  const label = ctx.t(name === "x" ? "close" : "back");
  return html`<a class="tool" href=${screen.back.href} aria-label=${label} data-back>${icon(name)}</a>`;
}

function saveState(saved: SaveState, ctx: Context): TemplateResult | typeof nothing {
  if (saved === "none") return nothing;
  const name = { saving: "refresh-cw", saved: "cloud-check", waiting: "cloud-off" }[saved];
  return html`<p class="saved second" role="status">${icon(name)}<span>${ctx.t(`save.${saved}`)}</span></p>`;
}

function mainButton(screen: Screen, ctx: Context): TemplateResult | typeof nothing {
  if (!screen.primary) return nothing;
  return html`<div class="main-bar">${button(screen.primary, ctx, screen.primary.style ?? "primary")}</div>`;
}
