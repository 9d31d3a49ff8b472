/**
 * Rows to work through. In the console J and K move, Enter opens, X ticks, a button's letter presses
 * it for the selected row or for the ticked ones. On a phone each row becomes a card (blocks.css).
 */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { keysOn } from "../client/settings.ts";
import type { Button, Cell, Column, Row, Table } from "../language/screens.ts";
import { badge, button, tappable } from "./basic.ts";
import type { Context } from "./context.ts";
import { empty, more } from "./lists.ts";
import { allBox, box, marksBar, present, withMarks } from "./marks.ts";

export class DataTable extends LitElement {
  static override properties = {
    block: { attribute: false },
    ctx: { attribute: false },
    selected: { state: true },
    ticked: { state: true },
  };
  declare block: Table;
  declare ctx: Context;
  /** Key of the selected row; it survives a refresh of the screen. */
  declare selected: string | undefined;
  /** Keys of the ticked rows. */
  declare ticked: ReadonlySet<string>;

  constructor() {
    super();
    this.ticked = new Set();
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.onKey);
  }

  protected override render(): TemplateResult {
    const { block, ctx } = this;
    if (block.rows.length === 0 && block.empty) return empty(block.empty, ctx);
    const acts = block.rows.some((row) => row.buttons?.length);
    return html`<div class="surface table-frame">
        <table role="table">
          <caption class="visually-hidden">${block.caption}</caption>
          <thead role="rowgroup"><tr role="row">
            ${allBox(block, this.ticked, this.tick, ctx)}
            ${block.columns.map((column) => this.head(column))}
            ${acts ? html`<th role="columnheader" scope="col" class="acts"><span class="visually-hidden">${ctx.t("table.actions")}</span></th>` : nothing}
          </tr></thead>
          <tbody role="rowgroup">${block.rows.map((row) => this.row(row, acts))}</tbody>
        </table>
      </div>
      ${marksBar(block, this.ticked, this.tick, ctx)}
      ${block.more ? more(block.more, ctx) : nothing}`;
  }

  private head(column: Column): TemplateResult {
    return html`<th role="columnheader" scope="col" class="align-${column.align ?? "start"}">${column.label}</th>`;
  }

  private row(row: Row, acts: boolean): TemplateResult {
    const { columns } = this.block;
    return html`<tr role="row" tabindex="-1" data-key=${row.key}
      class="row-${row.tone ?? "neutral"} ${row.action ? "has-way" : ""}"
      ?data-selected=${row.key === this.selected}
      @focusin=${() => { this.selected = row.key; }}
      @click=${(event: MouseEvent) => this.open(event)}>
      ${box(this.block, row, this.ticked, this.tick, this.ctx)}
      ${columns.map((column, index) => html`<td role="cell" class="align-${column.align ?? "start"}"
        data-label=${column.label}>${this.cell(row, row.cells[column.key], index === 0)}</td>`)}
      ${acts ? html`<td role="cell" class="acts"><div class="row">${(row.buttons ?? []).map((one) => button(one, this.ctx))}</div></td>` : nothing}
    </tr>`;
  }

  private cell(row: Row, cell: Cell | undefined, first: boolean): unknown {
    if (cell === undefined) return nothing;
    const words = html`<span class=${cell.strong ? "strong" : ""}>${cell.text ?? ""}</span>`;
    const content = html`${cell.badge ? badge(cell.badge) : nothing}${cell.text ? words : nothing}`;
    return first && row.action ? tappable(row.action, "row-way", content, this.ctx) : content;
  }

  /** The whole row opens, except where something in it was meant. */
  private open(event: MouseEvent): void {
    const target = event.target as Element;
    if (target.closest("a, button, input, label") || getSelection()?.toString()) return;
    (event.currentTarget as Element).querySelector<HTMLElement>(".row-way")?.click();
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (this.ctx.app !== "console" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (this.onRow(event) || (keysOn() && this.onLetter(event.key.toLowerCase()))) event.preventDefault();
  };

  /** Keys of the row that has the focus; these are no single characters and always work. */
  private onRow(event: KeyboardEvent): boolean {
    if (!(event.target instanceof HTMLTableRowElement) || !this.contains(event.target)) return false;
    if (event.key === "Enter") this.press(".row-way");
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") this.move(event.key === "ArrowDown" ? 1 : -1);
    else return false;
    return true;
  }

  private onLetter(key: string): boolean {
    if (key === "j" || key === "k") this.move(key === "j" ? 1 : -1);
    else if (key === "x") return this.flip();
    else return this.forTicked(key) || this.shortcut(key);
    return true;
  }

  private readonly tick = (keys: Iterable<string>): void => {
    this.ticked = new Set(keys);
  };

  private flip(): boolean {
    const row = this.block.rows.find((one) => one.key === this.selected);
    if (!row?.mark || !this.block.marks) return false;
    const now = new Set(this.ticked);
    if (!now.delete(row.key)) now.add(row.key);
    this.tick(now);
    return true;
  }

  /** A letter of what is done with the ticked rows. */
  private forTicked(key: string): boolean {
    const deed = this.block.marks?.buttons.find((one) => one.shortcut?.toLowerCase() === key);
    if (!deed || present(this.block, this.ticked).length === 0) return false;
    this.ctx.act(withMarks(this.block, this.ticked, deed.action), this);
    return true;
  }

  private move(by: 1 | -1): void {
    const keys = this.block.rows.map((row) => row.key);
    const now = this.selected === undefined ? -1 : keys.indexOf(this.selected);
    const next = now < 0 ? 0 : Math.min(Math.max(now + by, 0), keys.length - 1);
    this.selected = keys[next];
    this.rowElement()?.focus();
  }

  private shortcut(key: string): boolean {
    const row = this.block.rows.find((one) => one.key === this.selected);
    const index = (row?.buttons ?? []).findIndex((one) => one.shortcut?.toLowerCase() === key);
    if (index < 0) return false;
    const all = this.rowElement()?.querySelectorAll<HTMLElement>("td.acts .button");
    all?.item(index).click();
    return true;
  }

  private press(selector: string): void {
    this.rowElement()?.querySelector<HTMLElement>(selector)?.click();
  }

  private rowElement(): HTMLElement | undefined {
    const rows = [...this.querySelectorAll<HTMLElement>("tbody tr")];
    return rows.find((row) => row.dataset["key"] === this.selected);
  }
}

/** A box to tick takes no letters. */
export function typing(target: EventTarget | null): boolean {
  const fields = "input:not([type=checkbox]), textarea, select, [contenteditable]";
  return target instanceof Element && target.closest(fields) !== null;
}

customElements.define("cg-table", DataTable);

export function table(block: Table, ctx: Context): TemplateResult {
  return html`<cg-table .block=${block} .ctx=${ctx}></cg-table>`;
}

/** The keys that work on this table, as the officer reads them beside the filters. */
export function tableKeys(block: Table, ctx: Context): TemplateResult | typeof nothing {
  if (!keysOn()) return nothing;
  const known = new Map<string, Button>();
  for (const one of block.rows.flatMap((row) => row.buttons ?? [])) {
    if (one.shortcut && !known.has(one.shortcut)) known.set(one.shortcut, one);
  }
  const key = (letter: string): TemplateResult => html`<kbd>${letter.length === 1 ? letter.toUpperCase() : letter}</kbd>`;
  return html`<p class="keys second" aria-hidden="true">
    <span>${key("J")} ${key("K")} ${ctx.t("table.keys")}</span>
    <span>${key("Enter")} ${ctx.t("table.open")}</span>
    ${[...known].map(([letter, one]) => html`<span>${key(letter)} ${one.label.toLocaleLowerCase(ctx.lang)}</span>`)}
    <span>${key("?")} ${ctx.t("keys.title").toLocaleLowerCase(ctx.lang)}</span>
  </p>`;
}
