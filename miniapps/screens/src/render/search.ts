/**
 * The search box: a plain GET form, which the router turns into a step inside the shell. What may be
 * personal goes out in a body instead (`send`) and never stands in an address.
 */

import { html, nothing, type TemplateResult } from "lit";
import type { SearchBox } from "../language/screens.ts";
import type { Context } from "./context.ts";
import { icon } from "./icon.ts";

export function searchBox(block: SearchBox, ctx: Context): TemplateResult {
  const go = (event: Event): void => {
    event.preventDefault();
    const input = (event.currentTarget as Element).querySelector("input");
    const text = input?.value.normalize("NFC").trim() ?? "";
    const form = event.currentTarget as Element;
    if (block.send) return ctx.act({ ...block.send, body: { ...block.send.body, q: text } }, form);
    const mark = block.href.includes("?") ? "&" : "?";
    const href = `${block.href}${mark}q=${encodeURIComponent(text)}`;
    const replace = location.pathname === block.href.split("?")[0];
    ctx.act({ type: "go", href, replace }, form);
  };
  return html`<search class="search"><form action=${block.href} method=${block.send ? "post" : "get"} @submit=${go}>
    ${icon("search", "second")}
    <input type="search" name="q" enterkeyhint="search" autocomplete="off" maxlength="200"
      aria-label=${block.label} placeholder=${block.placeholder ?? block.label}
      .value=${block.value ?? ""} ?data-autofocus=${block.autofocus} />
    ${ctx.app === "console" ? html`<kbd aria-hidden="true">/</kbd>` : nothing}
    <button class="tool" aria-label=${ctx.t("search")}>${icon("arrow-right")}</button>
  </form></search>`;
}
