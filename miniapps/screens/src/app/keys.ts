/**
 * The keys of the console: `/` searches, `?` tells them all, a button's letter leads to it. They are
 * what screens declare (`Button.shortcut`), never keys of one page. Who speaks to the computer, or
 * hits keys by chance, turns the single characters off (WCAG 2.1.4); this browser remembers it.
 */

import { html, render, type TemplateResult } from "lit";
import { keysOn, setKeys } from "../client/settings.ts";
import type { Translate } from "../client/words.ts";
import type { Button, Screen } from "../language/screens.ts";
import { typing } from "../render/table.ts";

/** What was meant for the page and not for a field, a dialog or the browser. */
export function isKey(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  return !event.defaultPrevented && !typing(event.target) && document.querySelector("dialog[open]") === null;
}

/** Do what a key is for; `page` holds the screen. True when there was something to do. */
export function press(event: KeyboardEvent, page: ParentNode, help: () => void): boolean {
  if (!keysOn() || !isKey(event)) return false;
  if (event.key === "?") help();
  else if (event.key === "/") return search(page);
  else return lead(event.key.toLowerCase(), page);
  return true;
}

function search(page: ParentNode): boolean {
  const box = page.querySelector<HTMLInputElement>(".search input");
  box?.select();
  box?.focus();
  return box !== null;
}

/** To the button, which still wants to be pressed: a letter alone does nothing that lasts. */
function lead(letter: string, page: ParentNode): boolean {
  const all = [...page.querySelectorAll<HTMLElement>("[data-key]")];
  const found = all.find((one) => one.dataset["key"] === letter && one.closest("cg-table") === null);
  found?.focus();
  found?.scrollIntoView({ block: "nearest" });
  return found !== undefined;
}

/** Letter and name of every button of the screen that has a letter. */
function* declared(node: unknown): Generator<[string, string]> {
  if (Array.isArray(node)) for (const one of node) yield* declared(one);
  else if (typeof node === "object" && node !== null) {
    const { shortcut, label } = node as Partial<Button>;
    if (shortcut && label) yield [shortcut, label];
    for (const one of Object.values(node)) yield* declared(one);
  }
}

/** The sheet that lists what works on this screen, and turns it off; focus returns by itself. */
export function showKeys(screen: Screen | undefined, t: Translate, changed: () => void): void {
  const dialog = document.createElement("dialog");
  dialog.className = "keys-sheet";
  dialog.setAttribute("aria-labelledby", "keys-title");
  const table = screen?.blocks.find((one) => one.type === "table");
  const rows: (readonly [string, string])[] = [
    ...(table ? [["J  K", t("keys.move")], ["Enter", t("keys.open")]] as const : []),
    ...(table?.type === "table" && table.marks ? [["X", t("keys.mark")]] as const : []),
    ...[...new Map(declared(screen))].map(([key, label]) => [key.toUpperCase(), label] as const),
    ["/", t("keys.search")],
    ["?", t("keys.help")],
  ];
  const flip = (event: Event): void => {
    setKeys((event.currentTarget as HTMLInputElement).checked);
    changed();
  };
  render(
    html`<form method="dialog" class="stack">
      <h2 id="keys-title">${t("keys.title")}</h2>
      <dl class="keys-list">${rows.map(([keys, label]) => row(keys, label))}</dl>
      <label class="keys-switch"><input type="checkbox" .checked=${keysOn()} @change=${flip} />
        <span>${t("keys.on")}</span></label>
      <p class="second">${t("keys.why")}</p>
      <button class="button button-secondary">${t("close")}</button>
    </form>`,
    dialog,
  );
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}

function row(keys: string, label: string): TemplateResult {
  return html`<div><dt>${keys.split("  ").map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${label}</dd></div>`;
}
