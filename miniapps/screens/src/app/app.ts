/** What the citizen shell and the console share: session, history, the screen that is shown. */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { Api } from "../client/api.ts";
import { Live } from "../client/live.ts";
import { NetworkLost, SignInNeeded } from "../client/problem.ts";
import { type Audience, Session } from "../client/session.ts";
import { applyTheme, language, setLanguage } from "../client/settings.ts";
import { translator } from "../client/words.ts";
import { forgetDrafts } from "../form/drafts.ts";
import type { Go, Lang, Toast } from "../language/actions.ts";
import type { Screen } from "../language/screens.ts";
import type { Context } from "../render/context.ts";
import { page, type SaveState } from "../render/screen.ts";
import { type AppName, screenPath, signInPath } from "./address.ts";
import { act, send, type Stage } from "./deeds.ts";
import { appended, nextPage, Pages } from "./pages.ts";
import { Router, type Visit } from "./router.ts";
import { failure, skeleton } from "./states.ts";
import { Toasts } from "./toasts.ts";

const PATIENCE_MS = 300;

export abstract class App extends LitElement implements Stage {
  static override properties = {
    screen: { state: true },
    failed: { state: true },
    waiting: { state: true },
    saved: { state: true },
    said: { state: true },
  };
  declare protected screen: Screen | undefined;
  declare protected failed: unknown;
  declare protected waiting: boolean;
  declare protected saved: SaveState;
  /** Last words for screen readers only. */
  declare protected said: string;

  readonly api: Api;
  protected readonly router: Router;
  private readonly app: AppName;
  private readonly pages: Pages;
  private readonly live: Live;
  private readonly toasts = new Toasts();
  private visit: Visit | undefined;
  private fetching = new AbortController();
  /** Another key, another DOM: what was typed or opened on one page is not carried to the next. */
  private key = 0;
  private inPlace = false;
  private morePages = 0;

  constructor(app: AppName, audience: Audience) {
    super();
    this.app = app;
    this.saved = "none";
    this.said = "";
    this.api = new Api(new Session(audience), language());
    this.api.onRetry = () => this.toast({ text: this.t("send.retrying"), tone: "warn" });
    this.pages = new Pages(this.api);
    this.live = new Live(this.api, (topics) => void this.changed(topics));
    this.router = new Router(app, (visit) => void this.load(visit));
    this.addEventListener("cg-saved", (event) => { this.saved = (event as CustomEvent<SaveState>).detail; });
  }

  /** Fetch what stands around the screens: counts, names, personal blocks. */
  protected abstract loadSummary(): Promise<void>;
  /** Bars or rail around the page. */
  protected abstract frame(content: unknown, ctx: Context): TemplateResult;
  /** The screen as this app shows it. */
  protected dressed(screen: Screen): Screen {
    return screen;
  }
  /** Called when somebody has signed in. */
  protected welcomed(): void {}

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.begin();
  }

  private async begin(): Promise<void> {
    applyTheme();
    document.documentElement.lang = this.api.lang;
    this.api.session.onChange = (here) => this.accountChanged(here);
    await this.api.session.start();
    this.router.start();
  }

  get t(): Context["t"] {
    return translator(this.api.lang);
  }

  protected get path(): string {
    return this.visit?.path ?? location.pathname;
  }

  private get context(): Context {
    return {
      lang: this.api.lang,
      app: this.app,
      t: this.t,
      api: this.api,
      act: (action, origin) => void act(action, origin, this),
      send: (action, values) => send(action, values, this),
      more: (origin) => void this.more(origin),
      say: (text) => this.toast({ text, tone: "neutral" }),
    };
  }

  protected override render(): TemplateResult {
    const ctx = this.context;
    return html`<a class="skip" href="#main" data-open @click=${this.skip}>${ctx.t("app.skip")}</a>
      ${this.frame(keyed(this.key, this.content(ctx)), ctx)}
      ${this.toasts}
      <p class="visually-hidden" role="status">${this.said}</p>`;
  }

  /** The page's own first paint gives way to the first thing that there is to show. */
  protected override updated(): void {
    if (this.waiting || this.screen || this.failed !== undefined) this.querySelector(".first-paint")?.remove();
  }

  private content(ctx: Context): unknown {
    if (this.waiting) return skeleton(ctx);
    if (this.failed !== undefined) return failure(this.failed, ctx, () => this.refresh());
    return this.screen ? page(this.dressed(this.screen), ctx, this.saved) : nothing;
  }

  private async load(visit: Visit): Promise<void> {
    this.visit = visit;
    this.fetching.abort();
    this.fetching = new AbortController();
    const { signal } = this.fetching;
    const path = screenPath(this.app, visit.path, visit.search);
    const copy = visit.kind === "back" ? this.pages.copy(path) : undefined;
    if (copy) this.show(copy, visit);
    const patience = setTimeout(() => { this.waiting = copy === undefined && visit.kind !== "stay"; }, PATIENCE_MS);
    try {
      const screen = await this.pages.fetch(path, signal);
      if (copy && screen !== copy) this.screen = screen;
      else if (!copy) this.show(screen, visit);
    } catch (error) {
      if (!signal.aborted && !(copy && error instanceof NetworkLost)) this.fail(error);
    } finally {
      clearTimeout(patience);
      if (!signal.aborted) this.waiting = false;
    }
  }

  private show(screen: Screen, visit: Visit): void {
    if (visit.kind !== "stay") this.key += 1;
    this.screen = screen;
    this.failed = undefined;
    this.waiting = false;
    this.saved = "none";
    this.inPlace = false;
    this.morePages = 0;
    document.title = `${screen.title} · ${this.t("app.name")}`;
    void this.updateComplete.then(() => this.arrive(visit));
  }

  private arrive(visit: Visit): void {
    if (visit.kind === "stay") {
      this.said = this.screen?.title ?? "";
      return;
    }
    const wanted = this.querySelector<HTMLElement>("[data-autofocus]");
    const target = wanted ?? (visit.kind === "start" ? null : this.querySelector<HTMLElement>("h1"));
    target?.focus({ preventScroll: true });
    window.scrollTo(0, visit.kind === "back" ? visit.scroll : 0);
  }

  private fail(error: unknown): void {
    if (error instanceof SignInNeeded) return this.signIn();
    this.key += 1;
    this.failed = error;
    this.waiting = false;
    void this.updateComplete.then(() => this.querySelector("h1")?.focus());
  }

  /** Fetch the present screen again, keeping place, focus and further pages. */
  private async refetch(): Promise<boolean> {
    const { visit, screen: before } = this;
    if (visit === undefined || this.failed !== undefined) return false;
    const { signal } = this.fetching;
    let screen = await this.pages.fetch(screenPath(this.app, visit.path, visit.search), signal);
    for (let page = 0; page < this.morePages; page += 1) screen = await this.withNext(screen);
    if (signal.aborted || screen === before) return false;
    this.screen = screen;
    return true;
  }

  private async withNext(screen: Screen): Promise<Screen> {
    const next = nextPage(screen);
    if (next === undefined) return screen;
    const { pathname, search } = new URL(next, location.href);
    return appended(screen, await this.pages.fetch(screenPath(this.app, pathname, search), this.fetching.signal));
  }

  private async more(origin: Element): Promise<void> {
    if (this.screen === undefined || origin.ariaBusy === "true") return;
    origin.ariaBusy = "true";
    this.said = this.t("more.busy");
    try {
      this.screen = await this.withNext(this.screen);
      this.morePages += 1;
    } catch (error) {
      if (error instanceof SignInNeeded) this.signIn();
      else this.toast({ text: this.t(error instanceof NetworkLost ? "problem.offline.title" : "problem.other.text"), tone: "warn" });
    } finally {
      origin.ariaBusy = null;
    }
  }

  /** The live stream says that something changed; what cannot be fetched now is fetched later. */
  private async changed(topics: readonly string[]): Promise<void> {
    void this.loadSummary().catch(() => undefined);
    const concerned = this.screen?.live?.some((topic) => topics.includes(topic)) ?? false;
    if (!concerned || this.inPlace) return;
    const fresh = await this.refetch().catch(() => false);
    if (fresh) this.said = this.t("updated");
  }

  private accountChanged(here: boolean): void {
    this.pages.forget();
    this.live.reset();
    if (this.api.session.account === null) forgetDrafts();
    else this.welcomed();
    void this.loadSummary().catch(() => undefined);
    if (here || this.visit === undefined) return;
    if (this.onSignIn && this.api.session.account !== null) this.signedIn(undefined);
    else this.refresh();
  }

  private get onSignIn(): boolean {
    return this.path.endsWith("/sign-in");
  }

  go(to: Go): void {
    this.router.go(to.href, { replace: to.replace ?? false });
  }

  toast(toast: Toast): void {
    this.toasts.add(toast);
  }

  refresh(): void {
    if (this.inPlace || this.failed !== undefined) {
      if (this.visit) void this.load({ ...this.visit, kind: "step" });
    } else {
      void this.refetch().catch((error: unknown) => this.fail(error));
    }
  }

  showInPlace(screen: Screen): void {
    if (this.visit) this.show(screen, { ...this.visit, kind: "step" });
    this.inPlace = true;
  }

  /** To where the person wanted to go before they were asked to sign in. */
  signedIn(then: Go | undefined): void {
    const home = this.app === "console" ? "/console" : "/";
    const asked = new URLSearchParams(location.search).get("next") ?? home;
    const inside = /^\/(?![/\\])/.test(asked) ? asked : home;
    const told = then !== undefined && then.href !== home ? then.href : inside;
    this.router.go(told, { replace: true });
  }

  signIn(): void {
    if (!this.onSignIn) this.router.go(signInPath(this.app, this.router.here), { replace: true });
  }

  async signOut(): Promise<void> {
    await this.api.session.end();
    this.toast({ text: this.t("session.ended") });
    this.router.go(signInPath(this.app, "/console"), { replace: true });
  }

  wrote(): void {
    void this.loadSummary().catch(() => undefined);
  }

  protected setLang(lang: Lang): void {
    setLanguage(lang);
    this.api.lang = lang;
    document.documentElement.lang = lang;
    this.pages.forget();
    void this.loadSummary().catch(() => undefined);
    this.refresh();
    this.requestUpdate();
  }

  private readonly skip = (event: Event): void => {
    event.preventDefault();
    this.querySelector<HTMLElement>("h1")?.focus();
  };
}
