/** Rows that may be ticked, and what is done with those that are (`Table.marks`). */

import { html, nothing, type TemplateResult } from "lit";
import type { Action } from "../language/actions.ts";
import type { Button, Row, Table } from "../language/screens.ts";
import { icon } from "./icon.ts";
import type { Context } from "./context.ts";

type Piece = TemplateResult | typeof nothing;
export type Tick = (keys: Iterable<string>) => void;
export type Ticked = ReadonlySet<string>;

function markable(block: Table): Row[] {
  return block.marks ? block.rows.filter((row) => row.mark) : [];
}

/** The ticked rows that are still there, no more than are taken at once. */
export function present(block: Table, ticked: Ticked): Row[] {
  return markable(block).filter((row) => ticked.has(row.key)).slice(0, block.marks?.most);
}

/** The deed with the marks in its body. */
export function withMarks(block: Table, ticked: Ticked, action: Action): Action {
  if (action.type !== "send" || !block.marks) return action;
  const marks = present(block, ticked).map((row) => row.mark ?? "");
  return { ...action, body: { ...action.body, [block.marks.name]: marks } };
}

/** Over the boxes: all rows, as far as they are taken at once. */
export function allBox(block: Table, ticked: Ticked, tick: Tick, ctx: Context): Piece {
  const rows = markable(block).slice(0, block.marks?.most);
  if (rows.length === 0) return nothing;
  const all = rows.every((row) => ticked.has(row.key));
  const some = !all && rows.some((row) => ticked.has(row.key));
  const flip = (): void => tick(all ? [] : rows.map((row) => row.key));
  return html`<th role="columnheader" scope="col" class="mark"><label><span class="visually-hidden">${ctx.t("marks.all")}</span>
    <input type="checkbox" .checked=${all} .indeterminate=${some} @change=${flip} /></label></th>`;
}

export function box(block: Table, row: Row, ticked: Ticked, tick: Tick, ctx: Context): Piece {
  if (markable(block).length === 0) return nothing;
  if (!row.mark) return html`<td role="cell" class="mark"></td>`;
  const name = row.cells[block.columns[0]?.key ?? ""]?.text ?? row.key;
  const flip = (event: Event): void => {
    const now = new Set(ticked);
    if ((event.currentTarget as HTMLInputElement).checked) now.add(row.key);
    else now.delete(row.key);
    tick(now);
  };
  return html`<td role="cell" class="mark"><label><span class="visually-hidden">${ctx.t("marks.one", { name })}</span>
    <input type="checkbox" .checked=${ticked.has(row.key)} @change=${flip} /></label></td>`;
}

/** How many are ticked, which is said aloud, and the deeds; beyond the most it says so. */
export function marksBar(block: Table, ticked: Ticked, tick: Tick, ctx: Context): Piece {
  if (!block.marks) return nothing;
  const { most, buttons } = block.marks;
  const count = markable(block).filter((row) => ticked.has(row.key)).length;
  const said = count > most ? ctx.t("marks.most", { count: most }) : count ? ctx.t("marks.count", { count }) : "";
  return html`<div class="marks" ?data-empty=${count === 0}>
    <p role="status">${said}</p>
    ${count ? html`${buttons.map((one) => deed(block, ticked, one, ctx))}
      <button type="button" class="button button-quiet" @click=${() => tick([])}>${ctx.t("marks.none")}</button>` : nothing}
  </div>`;
}

function deed(block: Table, ticked: Ticked, one: Button, ctx: Context): TemplateResult {
  const go = (event: Event): void => ctx.act(withMarks(block, ticked, one.action), event.currentTarget as Element);
  return html`<button type="button" class="button button-${one.style ?? "secondary"}" @click=${go}
    >${one.icon ? icon(one.icon) : nothing}<span>${one.label}</span></button>`;
}
