/** From a block's type to its drawing; the only list of all blocks in the web shells. */

import { html, nothing, type TemplateResult } from "lit";
import type { AnyBlock, Accordion, Group } from "../language/screens.ts";
import { communeField } from "../fields/commune.ts";
import { booleanField, choiceField, choicesField } from "../fields/choices.ts";
import { fileField } from "../fields/files.ts";
import { dateField, moneyField, numberField } from "../fields/amounts.ts";
import { lineField, longTextField } from "../fields/lines.ts";
import { placeField } from "../fields/place.ts";
import { form } from "../form/form.ts";
import { button, callout, heading, link, text } from "./basic.ts";
import type { Context } from "./context.ts";
import { chart } from "./chart.ts";
import { card, image, keyValue, qr, stats } from "./facts.ts";
import { chips, list, tiles, timeline } from "./lists.ts";
import { searchBox } from "./search.ts";
import { table, tableKeys } from "./table.ts";

type Draw<Tag extends AnyBlock["type"]> = (
  block: Extract<AnyBlock, { type: Tag }>,
  ctx: Context,
) => unknown;

export const DRAW: { readonly [Tag in AnyBlock["type"]]: Draw<Tag> } = {
  link,
  button: (block, ctx) => button(block, ctx),
  heading,
  text,
  callout,
  "key-value": keyValue,
  list,
  card,
  timeline,
  tiles,
  "search-box": searchBox,
  stats,
  chips,
  table,
  chart,
  qr,
  image,
  accordion,
  group,
  form,
  "text-field": lineField,
  "long-text-field": longTextField,
  "person-name-field": lineField,
  "email-field": lineField,
  "phone-field": lineField,
  "address-field": lineField,
  "number-field": numberField,
  "money-field": moneyField,
  "date-field": dateField,
  "boolean-field": booleanField,
  "choice-field": choiceField,
  "choices-field": choicesField,
  "commune-field": communeField,
  "place-field": placeField,
  "citizen-id-field": lineField,
  "file-field": fileField,
};

/** Blocks in their order. A desk has room: what belongs together shares a line there. */
export function blocks(all: readonly AnyBlock[], ctx: Context): unknown[] {
  if (ctx.app !== "console") return all.map((one) => block(one, ctx));
  return all.map((one, index) => {
    const next = all[index + 1];
    if (one.type === "accordion" && next?.type === "chips" && all[index + 2]?.type === "table") return nothing;
    if (one.type === "chips" && next?.type === "table") {
      const before = all[index - 1];
      const filter = before?.type === "accordion" ? block(before, ctx) : nothing;
      return html`<div class="toolbar">${block(one, ctx)}${filter}${tableKeys(next, ctx)}</div>`;
    }
    if (one.type !== "button") return block(one, ctx);
    if (all[index - 1]?.type === "button") return nothing;
    const end = all.findIndex((other, at) => at > index && other.type !== "button");
    const row = all.slice(index, end < 0 ? all.length : end);
    return html`<div class="row">${row.map((other) => block(other, ctx))}</div>`;
  });
}

/** An unknown block, of a newer server, shows its fallback. */
export function block(one: AnyBlock, ctx: Context): unknown {
  if (!Object.hasOwn(DRAW, one.type)) {
    const { fallback } = one as { fallback?: string };
    return fallback ? html`<p class="text">${fallback}</p>` : nothing;
  }
  const draw = DRAW[one.type] as (block: AnyBlock, ctx: Context) => unknown;
  const drawn = draw(one, ctx);
  const lang = "lang" in one ? one.lang : undefined;
  return lang ? html`<div lang=${lang}>${drawn}</div>` : drawn;
}

function accordion(one: Accordion, ctx: Context): TemplateResult {
  return html`<details class="surface accordion" ?open=${one.open}>
    <summary>${one.title}</summary>
    <div class="stack">${blocks(one.blocks, ctx)}</div>
  </details>`;
}

function group(one: Group, ctx: Context): TemplateResult {
  return html`<fieldset class="group">
    <legend>${one.legend}</legend>
    ${one.hint ? html`<p class="second">${one.hint}</p>` : nothing}
    <div class="stack">${blocks(one.blocks, ctx)}</div>
  </fieldset>`;
}
