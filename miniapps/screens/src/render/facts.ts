/** Answers at a glance: key-value, card, stats, QR code, picture. */

import { html, nothing, svg, type TemplateResult } from "lit";
import type { Card, Image, KeyValue, Pair, Qr, Stat, Stats } from "../language/screens.ts";
import { badge, button, tappable } from "./basic.ts";
import type { Context } from "./context.ts";
import "./picture.ts";

export function keyValue(block: KeyValue): TemplateResult {
  return html`<dl class="surface key-value ${block.wide ? "wide" : ""}">${block.items.map(pair)}</dl>`;
}

function pair(item: Pair): TemplateResult {
  return html`<div>
    <dt>${item.label}</dt>
    <dd lang=${item.lang ?? nothing}><span class="strong">${item.value}</span>
      ${item.hint ? html`<span class="second">${item.hint}</span>` : nothing}</dd>
  </div>`;
}

/** With a main answer or a button the status leads; else it stands beside the title. */
export function card(block: Card, ctx: Context): TemplateResult {
  const stacked = block.big !== undefined || block.button !== undefined;
  const status = block.badge ? badge(block.badge) : nothing;
  const named = block.big === undefined ? "" : block.badge ? "visually-hidden" : "second";
  const title = block.action
    ? tappable(block.action, "card-way", block.title, ctx)
    : block.title;
  return html`<section class="surface card card-${block.tone ?? "neutral"} ${block.action ? "has-way" : ""}">
    ${stacked ? status : nothing}
    ${block.title || !stacked
      ? html`<div class="card-head"><h2 class=${named}>${title}</h2>${stacked ? nothing : status}</div>`
      : nothing}
    ${block.big ? html`<p class="big">${block.big}</p>` : nothing}
    ${block.progress === undefined ? nothing : bar(block.progress, ctx)}
    ${block.text ? html`<p class="second text">${block.text}</p>` : nothing}
    ${block.button ? button(block.button, ctx, block.button.style ?? "primary") : nothing}
  </section>`;
}

function bar(share: number, ctx: Context): TemplateResult {
  const percent = Math.round(Math.min(Math.max(share, 0), 1) * 100);
  return html`<progress max="100" .value=${percent} aria-label=${ctx.t("progress", { percent })}></progress>`;
}

export function stats(block: Stats, ctx: Context): TemplateResult {
  return html`<ul class="stats">${block.items.map((item) => html`<li>${stat(item, ctx)}</li>`)}</ul>`;
}

function stat(item: Stat, ctx: Context): TemplateResult {
  const content = html`<span class="second">${item.label}</span>
    <span class="big ink-${item.tone ?? "neutral"}">${item.value}</span>
    ${item.hint ? html`<span class="hint">${item.hint}</span>` : nothing}`;
  if (item.action === undefined) return html`<div class="surface stat">${content}</div>`;
  return tappable(item.action, "surface stat", content, ctx, { stay: true });
}

const QUIET = 4;

/** Always dark on white, also at night: a scanner reads it. */
export function qr(block: Qr): TemplateResult {
  const side = block.rows.length + 2 * QUIET;
  const path = block.rows
    .flatMap((row, y) => [...row].map((module, x) => (module === "1" ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : "")))
    .join("");
  return html`<figure class="surface qr">
    <svg role="img" aria-label=${block.label} viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">
      ${svg`<path d=${path}></path>`}
    </svg>
    <figcaption class="second">${block.label}</figcaption>
  </figure>`;
}

export function image(block: Image, ctx: Context): TemplateResult {
  return html`<cg-picture .ctx=${ctx} .src=${block.src} .alt=${block.alt}></cg-picture>`;
}
