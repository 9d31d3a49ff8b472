/** Text, headings, links, buttons and badges. */

import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Action, Tone } from "../language/actions.ts";
import type { Badge, Button, Callout, Heading, Link, Text } from "../language/screens.ts";
import type { Context } from "./context.ts";
import { icon } from "./icon.ts";
import { isOver, seconds } from "./seconds.ts";

export type Piece = TemplateResult | typeof nothing;

const TONE_ICON: Record<Tone, string> = {
  neutral: "info",
  info: "info",
  good: "circle-check",
  warn: "circle-alert",
  bad: "octagon-alert",
};

/** Whether an address is one that `Open` may leave the shell with. */
function leaves(href: string): boolean {
  return /^(https:|tel:|mailto:|sms:|\/(?!\/))/.test(href);
}

/**
 * Anything tappable. Ways to places are links, so that they can be opened in a new tab; deeds are
 * buttons. `stay` marks filters, which keep focus and scroll.
 */
export function tappable(
  action: Action,
  css: string,
  content: unknown,
  ctx: Context,
  more: { label?: string; current?: boolean; stay?: boolean; key?: string } = {},
): TemplateResult {
  const label = more.label ?? nothing;
  const key = more.key && ctx.app === "console" ? more.key.toLowerCase() : nothing;
  if (action.type === "go") {
    return html`<a class=${css} href=${action.href} aria-label=${label}
      aria-current=${more.current ? "true" : nothing} ?data-replace=${action.replace}
      ?data-stay=${more.stay} data-key=${key}>${content}</a>`;
  }
  if (action.type === "open") {
    if (!leaves(action.href)) return html`<span class=${css}>${content}</span>`;
    return html`<a class=${css} href=${action.href} aria-label=${label} rel="noopener"
      data-open>${content}</a>`;
  }
  return html`<button type="button" class=${css} aria-label=${label} data-key=${key}
    @click=${(event: Event) => ctx.act(withForm(action, ctx), event.currentTarget as Element)}
    >${content}</button>`;
}

/** A write from inside a form carries the form's values under its own body. */
function withForm(action: Action, ctx: Context): Action {
  if (action.type !== "send" || ctx.form === undefined) return action;
  return { ...action, body: { ...ctx.form.values(), ...action.body } as NonNullable<typeof action.body> };
}

/** Of one act for its whole life: a renewed page never turns the button under a finger into another. */
export function button(block: Button, ctx: Context, style = block.style ?? "secondary"): unknown {
  if (isOver(block, ctx)) return nothing;
  const drawn = block.icon ? icon(block.icon) : nothing;
  const onward = block.icon === "arrow-right";
  const content = html`${onward ? nothing : drawn}<span>${block.label}${block.until ? html` ${seconds(block.until, ctx)}` : nothing}</span>${onward ? drawn : nothing}`;
  const more = block.shortcut ? { key: block.shortcut } : {};
  const deed = `${block.label} ${"href" in block.action ? block.action.href : ""}`;
  return keyed(deed, tappable(block.action, `button button-${style}`, content, ctx, more));
}

/** An icon alone; its label is for those who do not see it. */
export function tool(block: Button, ctx: Context): TemplateResult {
  return tappable(block.action, "tool", icon(block.icon ?? "dot"), ctx, { label: block.label });
}

export function link(block: Link, ctx: Context): TemplateResult {
  const content = html`${block.icon ? icon(block.icon) : nothing}<span>${block.label}</span>`;
  return tappable(block.action, "link", content, ctx);
}

export function badge(block: Badge): TemplateResult {
  const tone = block.tone ?? "neutral";
  return html`<span class="badge tone-${tone}">${icon(block.icon ?? TONE_ICON[tone])}<span
    >${block.label}</span></span>`;
}

export function heading(block: Heading, ctx: Context): TemplateResult {
  const title = block.level === 3
    ? html`<h3>${block.text}</h3>`
    : html`<h2>${block.text}</h2>`;
  return html`<div class="heading">${title}${block.more ? link(block.more, ctx) : nothing}</div>`;
}

export function text(block: Text): TemplateResult {
  return html`<p class="text text-${block.tone ?? "body"}">${block.text}</p>`;
}

/** Gone when all its buttons are over. */
export function callout(block: Callout, ctx: Context): Piece {
  const tone = block.tone ?? "info";
  const all = block.buttons ?? [];
  const buttons = all.filter((one) => !isOver(one, ctx));
  if (all.length && !buttons.length) return nothing;
  return html`<section class="callout tone-${tone}" role=${tone === "bad" ? "alert" : nothing}>
    ${icon(block.icon ?? TONE_ICON[tone])}
    <div class="stack-4">
      ${block.title ? html`<p class="strong">${block.title}</p>` : nothing}
      <p class="text">${block.text}</p>
      ${buttons.length ? html`<div class="row">${buttons.map((one) => button(one, ctx))}</div>` : nothing}
    </div>
  </section>`;
}
