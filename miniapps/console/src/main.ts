/** The staff console: the rail of what an officer can open, and the keys that work everywhere. */

import { html, nothing, type TemplateResult } from "lit";
import { App } from "../../screens/src/app/app.ts";
import { press, showKeys } from "../../screens/src/app/keys.ts";
import { languageSwitch } from "../../screens/src/app/settings-panel.ts";
import type { Context } from "../../screens/src/render/context.ts";
import { icon } from "../../screens/src/render/icon.ts";

interface NavEntry {
  label: string;
  icon: string;
  href: string;
  count?: string | null;
  current?: boolean;
}

interface StaffSummary {
  name: string;
  agency: string;
  nav: NavEntry[];
}

class Console extends App {
  static override properties = { ...App.properties, summary: { state: true }, menu: { state: true } };
  declare private summary: StaffSummary | undefined;
  /** The address whose menu is open, on screens without room for the rail; any step closes it. */
  declare private menu: string | undefined;

  constructor() {
    super("console", "staff");
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.onKey);
  }

  protected override async loadSummary(): Promise<void> {
    if (this.api.session.account === null) this.summary = undefined;
    else this.summary = await this.api.json<StaffSummary>("/api/v1/staff/summary");
  }

  protected override frame(content: unknown, ctx: Context): TemplateResult {
    if (this.summary === undefined) {
      return html`<div class="desk-frame desk-alone"><div class="desk-page">
        <header class="desk-brand">${icon("waves")}<span>${ctx.t("app.name")}</span></header>${content}
        <footer class="settings">${languageSwitch(ctx, (lang) => this.setLang(lang))}</footer></div></div>`;
    }
    return html`<div class="desk-frame">${this.rail(this.summary, ctx)}<div class="desk-page">${content}</div></div>`;
  }

  private rail(summary: StaffSummary, ctx: Context): TemplateResult {
    const { nav, agency, name } = summary;
    const current = this.current(nav);
    const shown = this.menu === this.view.path;
    const news = nav.reduce((sum, { count }) => sum + Number.parseInt(count ?? "0", 10), 0);
    return html`<header class="rail ${shown ? "rail-shown" : ""}">
      <div class="rail-bar">
        <button type="button" class="tool rail-open" aria-expanded=${shown} aria-controls="rail-body" @click=${() => { this.menu = shown ? undefined : this.view.path; }}
          ><span class="tab-icon">${icon(shown ? "x" : "menu")}${news && !shown ? html`<span class="tab-count" aria-hidden="true">${news > 99 ? "99+" : news}</span>` : nothing}</span>
          <span class="visually-hidden">${ctx.t("console.menu")}</span></button>
        <p class="rail-name">${agency || ctx.t("console.name")}</p>
      </div>
      <div id="rail-body" class="rail-body">
      <nav aria-label=${ctx.t("console.nav")}><ul>${nav.map((entry) => html`<li>
        <a href=${entry.href} aria-current=${entry === current ? "page" : nothing}>
          ${icon(entry.icon)}<span>${entry.label}</span>
          ${entry.count ? html`<span class="count">${entry.count}</span>` : nothing}</a></li>`)}</ul></nav>
      <div class="rail-foot">
        <p>${name}</p>
        ${languageSwitch(ctx, (lang) => this.setLang(lang))}
        <button type="button" class="rail-end" @click=${this.keys}>${icon("circle-help")}<span>${ctx.t("keys.title")}</span></button>
        <button type="button" class="rail-end" @click=${(event: Event) =>
          ctx.act({ type: "send", href: "/api/v1/session/end" }, event.currentTarget as Element)}>
          ${icon("log-out")}<span>${ctx.t("session.end")}</span></button>
      </div>
      </div>
    </header>`;
  }

  /** The entry the server names, else the one with the longest address that leads here. */
  private current(nav: readonly NavEntry[]): NavEntry | undefined {
    const here = `${this.view.path.replace(/\/$/, "")}/`;
    const leads = nav.filter(({ href }) => here.startsWith(`${(href.split("?")[0] ?? href).replace(/\/$/, "")}/`));
    const longest = leads.sort((a, b) => b.href.length - a.href.length)[0];
    return nav.find((entry) => entry.current) ?? longest;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape") this.menu = undefined;
    if (press(event, this, this.keys)) event.preventDefault();
  };

  private readonly keys = (): void => showKeys(this.view.screen, this.t, () => this.requestUpdate());
}

customElements.define("camaug-console", Console);
requestAnimationFrame(() => setTimeout(() => void import("../../screens/styles/fonts.css")));
