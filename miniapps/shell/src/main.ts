/** The citizen shell: home, bottom bar, push. */

import { html, nothing, type TemplateResult } from "lit";
import { App } from "../../screens/src/app/app.ts";
import { languageSwitch, settingsPanel } from "../../screens/src/app/settings-panel.ts";
import { NetworkLost } from "../../screens/src/client/problem.ts";
import { registerPush } from "../../screens/src/client/push.ts";
import type { Word } from "../../screens/src/client/words.ts";
import type { Lang } from "../../screens/src/language/actions.ts";
import type { AnyBlock, Screen, Tab } from "../../screens/src/language/screens.ts";
import type { Context } from "../../screens/src/render/context.ts";
import { icon } from "../../screens/src/render/icon.ts";

interface Summary {
  greeting: string;
  place?: string | null;
  unread: number;
  blocks: AnyBlock[];
}

const TABS: readonly { tab: Tab; href: string; icon: string; label: Word }[] = [
  { tab: "home", href: "/", icon: "house", label: "tab.home" },
  { tab: "dossiers", href: "/apps/track-dossier/", icon: "folder-open", label: "tab.dossiers" },
  { tab: "inbox", href: "/inbox", icon: "inbox", label: "tab.inbox" },
  { tab: "profile", href: "/profile", icon: "user-round", label: "tab.profile" },
];

const SUMMARY = "/api/v1/me/summary";

class Shell extends App {
  static override properties = { ...App.properties, summary: { state: true } };
  declare private summary: Summary | undefined;

  constructor() {
    super("citizen", "citizen");
  }

  protected override async loadSummary(): Promise<void> {
    const { account } = this.api.session;
    if (account === null) return void (this.summary = undefined);
    const { lang } = this.api;
    try {
      this.summary = await this.api.json<Summary>(SUMMARY);
      this.device.put(SUMMARY, lang, { body: this.summary, etag: null, at: null });
    } catch (error) {
      if (!(error instanceof NetworkLost) || account !== this.api.session.account) throw error;
      this.summary = (await this.device.get<Summary>(SUMMARY, lang))?.body;
    }
  }

  protected override welcomed(): void {
    registerPush(this.api).catch(() => undefined);
  }

  /** What is this person's comes first, right under the search box. */
  protected override dressed(screen: Screen): Screen {
    if (this.view.path !== "/" || !this.summary || !screen.hero) return screen;
    const { greeting, place, blocks } = this.summary;
    const lead = screen.blocks.findIndex((block) => block.type === "search-box") + 1;
    const dressed = [...screen.blocks.slice(0, lead), ...blocks, ...screen.blocks.slice(lead)];
    return { ...screen, title: greeting, blocks: dressed, ...(place && { kicker: place }) };
  }

  protected override frame(content: unknown, ctx: Context): TemplateResult {
    const tab = this.view.failed === undefined ? this.view.screen?.tab : "home";
    return html`<div class="phone ${tab ? "with-tabs" : ""}">
      <div class="phone-page">${content}${this.settings(ctx)}</div>
      ${tab ? this.tabs(tab, ctx) : nothing}
    </div>`;
  }

  private settings(ctx: Context): TemplateResult | typeof nothing {
    const setLang = (lang: Lang): void => this.setLang(lang);
    if (this.view.waiting || this.view.failed !== undefined) return nothing;
    if (this.view.path === "/sign-in") return html`<footer class="settings-small">${languageSwitch(ctx, setLang)}</footer>`;
    return this.view.path === "/profile" ? settingsPanel(ctx, setLang) : nothing;
  }

  private tabs(current: Tab, ctx: Context): TemplateResult {
    const unread = this.summary?.unread ?? 0;
    return html`<nav class="tabs" aria-label=${ctx.t("tabs")}>
      ${TABS.map(({ tab, href, icon: name, label }) => {
        const count = tab === "inbox" ? unread : 0;
        return html`<a href=${href} aria-current=${tab === current ? "page" : nothing}
          ><span class="tab-icon">${icon(name)}${count ? html`<span class="tab-count" aria-hidden="true">${count > 99 ? "99+" : count}</span>` : nothing}</span>
          <span>${ctx.t(label)}${count ? html`<span class="visually-hidden">, ${ctx.t("tab.unread", { count })}</span>` : nothing}</span></a>`;
      })}
    </nav>`;
  }
}

customElements.define("camaug-shell", Shell);

if ("serviceWorker" in navigator && import.meta.env.PROD) {
  addEventListener("load", () => void navigator.serviceWorker.register("/sw.js"));
}
requestAnimationFrame(() => setTimeout(() => void import("../../screens/styles/fonts.css")));
