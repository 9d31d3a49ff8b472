/** Lists, timelines, tiles, chips and empty states. */

import { html, nothing, type TemplateResult } from "lit";
import type {
  Chips, Empty, ItemList, Link, ListItem, Step, Tile, Tiles, Timeline,
} from "../language/screens.ts";
import { badge, button, link, tappable } from "./basic.ts";
import type { Context } from "./context.ts";
import { icon } from "./icon.ts";

export function list(block: ItemList, ctx: Context): TemplateResult {
  if (block.items.length === 0 && block.empty) return empty(block.empty, ctx);
  return html`<ul class="surface list" aria-label=${block.label ?? nothing}>
      ${block.items.map((item) => html`<li lang=${item.lang ?? nothing}>${listItem(item, ctx)}</li>`)}
    </ul>
    ${block.more ? more(block.more, ctx) : nothing}`;
}

/** A longer word at the end of a row would squeeze its title: it gets a line of its own. */
const SHORT_TRAILING = 5;

function listItem(item: ListItem, ctx: Context): TemplateResult {
  const { trailing = "" } = item;
  const short = trailing.length <= SHORT_TRAILING;
  const content = html`${item.icon ? icon(item.icon, "second") : nothing}
    <span class="list-text">
      <span class="strong">${item.unread ? html`<span class="unread"><span class="visually-hidden">${ctx.t("unread")}</span></span>` : nothing}${item.title}</span>
      ${item.text ? html`<span class="second">${item.text}</span>` : nothing}
      ${short ? nothing : html`<span class="hint">${trailing}</span>`}
      ${item.badge ? badge(item.badge) : nothing}
    </span>
    ${trailing && short ? html`<span class="hint trailing">${trailing}</span>` : nothing}
    ${item.action ? icon("chevron-right", "hint") : nothing}`;
  if (item.action === undefined) return html`<div class="list-row">${content}</div>`;
  return tappable(item.action, "list-row", content, ctx);
}

/** The next page is appended in place; the link stays a link for those who open it in a new tab. */
export function more(block: Link, ctx: Context): TemplateResult {
  if (block.action.type !== "go") return link(block, ctx);
  return html`<button type="button" class="button button-quiet"
    @click=${(event: Event) => ctx.more(event.currentTarget as Element)}>${block.label}</button>`;
}

export function empty(block: Empty, ctx: Context): TemplateResult {
  return html`<section class="surface empty">
    ${icon(block.icon ?? "inbox", "big-icon")}
    <p class="strong">${block.title}</p>
    ${block.text ? html`<p class="second text">${block.text}</p>` : nothing}
    ${block.button ? button(block.button, ctx) : nothing}
  </section>`;
}

const STATE_ICON = { done: "check", current: "circle-alert", next: "circle" } as const;

export function timeline(block: Timeline, ctx: Context): TemplateResult {
  return html`<ol class="timeline" aria-label=${block.label}>
    ${block.items.map((item) => step(item, ctx))}
  </ol>`;
}

function step(item: Step, ctx: Context): TemplateResult {
  const state = item.state ?? "done";
  return html`<li class="step step-${state} step-tone-${item.tone ?? "neutral"}"
    aria-current=${state === "current" ? "step" : nothing}>
    <span class="step-mark">${icon(item.icon ?? STATE_ICON[state])}</span>
    <div>
      <p class="step-title">${item.title}</p>
      ${item.time || item.text
        ? html`<p class="second">${[item.time, item.text].filter(Boolean).join(" · ")}</p>`
        : nothing}
      ${(item.links ?? []).map((one) => link(one, ctx))}
    </div>
  </li>`;
}

export function tiles(block: Tiles, ctx: Context): TemplateResult {
  return html`<ul class="tiles" aria-label=${block.label}>
    ${block.items.map((item) => html`<li>${tile(item, ctx)}</li>`)}
  </ul>`;
}

function tile(item: Tile, ctx: Context): TemplateResult {
  const content = html`<span class="tile-icon">${icon(item.icon)}</span><span>${item.label}</span>`;
  return tappable(item.action, "tile", content, ctx, { label: tileName(item) });
}

/** What is read holds what is seen, so that it can be said to a voice control (WCAG 2.5.3). */
function tileName({ label, name }: Tile): string {
  return name.toLocaleLowerCase().includes(label.toLocaleLowerCase()) ? name : `${label}, ${name}`;
}

/** On a narrow desk they are one line that scrolls; a browser leaves half a chip where it is. */
export function chips(block: Chips, ctx: Context): TemplateResult {
  const seen = ({ target }: Event): void => (target as Element).scrollIntoView({ block: "nearest", inline: "nearest" });
  return html`<ul class="chips" aria-label=${block.label} @focusin=${seen}>
    ${block.items.map((item) => html`<li>${tappable(
      item.action,
      "chip",
      html`<span>${item.label}</span>${item.count ? html` <span class="count">${item.count}</span>` : nothing}`,
      ctx,
      { current: item.selected ?? false, stay: true },
    )}</li>`)}
  </ul>`;
}
