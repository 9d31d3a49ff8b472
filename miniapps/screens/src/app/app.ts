/** What the citizen shell and the console share: session, history, words, the frame of a page. */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { Api } from "../client/api.ts";
import { Kept } from "../client/kept.ts";
import { Live } from "../client/live.ts";
import { Outbox } from "../client/outbox.ts";
import { type Audience, Session } from "../client/session.ts";
import { applyTheme, language, setLanguage } from "../client/settings.ts";
import { translator } from "../client/words.ts";
import { forgetDrafts } from "../form/drafts.ts";
import type { Go, Lang, Toast } from "../language/actions.ts";
import type { Screen } from "../language/screens.ts";
import type { Context } from "../render/context.ts";
import { page, type SaveState } from "../render/screen.ts";
import { type AppName, signInPath } from "./address.ts";
import { ask } from "./ask.ts";
import { act, send, type Stage, take } from "./deeds.ts";
import { oldStrip, waitingStrip } from "./offline.ts";
import { Router } from "./router.ts";
import { SharedDevice, wayOut } from "./shared.ts";
import { failure, skeleton } from "./states.ts";
import { Toasts } from "./toasts.ts";
import { type Host, Viewer } from "./viewer.ts";

const AGAIN_MS = 20_000;

export abstract class App extends LitElement implements Stage, Host {
  static override properties = { said: { state: true } };
  declare private said: string;

  readonly api: Api;
  readonly outbox: Outbox;
  protected readonly device: Kept;
  protected readonly view: Viewer;
  private readonly router: Router;
  private readonly app: AppName;
  private readonly live: Live;
  private readonly toasts = new Toasts();
  private readonly many: SharedDevice;

  constructor(app: AppName, audience: Audience) {
    super();
    this.app = app;
    this.said = "";
    this.api = new Api(new Session(audience), language());
    this.api.onRetry = () => this.toast({ text: this.t("send.retrying"), tone: "warn" });
    this.outbox = new Outbox(this.api);
    this.device = new Kept(this.api.session);
    this.view = new Viewer(this, app, this.api, this.device);
    this.router = new Router(app, (visit) => void this.view.load(visit));
    this.live = new Live(this.api, (topics) => {
      this.renewSummary();
      void this.view.changed(topics);
    });
    this.many = new SharedDevice(
      this.api.session,
      () => this.toast({ text: this.t("shared.soon"), tone: "warn" }),
      () => void this.leave(),
    );
    this.addEventListener("cg-saved", (event) => {
      this.view.set({ saved: (event as CustomEvent<SaveState>).detail });
    });
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
    window.addEventListener("online", () => this.again());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.again(); });
    setInterval(() => { if (!document.hidden) void this.flush(); }, AGAIN_MS);
    void this.flush();
  }

  /** There may be a network again. */
  private again(): void {
    this.view.again();
    void this.flush();
  }

  /** Send what waits; who still looks at where it was sent from is led on, others are told. */
  private async flush(): Promise<void> {
    await this.outbox.flush((one, answer) => {
      const here = location.pathname === one.from;
      const outcome = answer?.type === "outcome" ? answer : undefined;
      this.toast(outcome?.toast ?? { text: this.t("outbox.sent", { title: one.title }) });
      if (here && outcome) take({ type: "outcome", ...(outcome.then && { then: outcome.then }) }, this);
      else this.wrote();
    }, this.t("outbox.wrong"));
    this.requestUpdate();
  }

  get titled(): string {
    return this.view.screen?.title ?? "";
  }

  get t(): Context["t"] {
    return translator(this.api.lang);
  }

  protected override render(): TemplateResult {
    const ctx = this.context();
    return html`<a class="skip" href="#main" data-open @click=${this.skip}>${ctx.t("app.skip")}</a>
      ${this.api.session.shared ? wayOut(ctx, () => void this.leave()) : nothing}
      ${this.frame(html`${this.strips(ctx)}${keyed(this.view.key, this.content(ctx))}`, ctx)}
      ${this.toasts}
      <p class="visually-hidden" role="status">${this.said}</p>`;
  }

  private context(): Context {
    return {
      lang: this.api.lang,
      app: this.app,
      t: this.t,
      api: this.api,
      act: (action, origin) => void act(action, origin, this),
      send: (action, values) => send(action, values, this),
      more: (origin) => void this.view.more(origin),
      over: () => void this.view.settle({}),
      say: (text) => this.toast({ text, tone: "neutral" }),
    };
  }

  private strips(ctx: Context): unknown {
    const { old } = this.view;
    return html`${old ? oldStrip(old.at, ctx, () => this.again()) : nothing}
      ${waitingStrip(this.outbox.stuck, ctx, () => this.again(), (one) => {
        this.outbox.drop(one);
        this.requestUpdate();
      })}`;
  }

  private content(ctx: Context): unknown {
    const { waiting, failed, screen, saved } = this.view;
    if (waiting) return skeleton(ctx);
    if (failed !== undefined) return failure(failed, ctx, () => this.refresh());
    return screen ? page(this.dressed(screen), ctx, saved) : nothing;
  }

  /** The page's own first paint gives way to the first thing that there is to show. */
  protected override updated(): void {
    const { waiting, failed, screen } = this.view;
    if (waiting || screen || failed !== undefined) this.querySelector(".first-paint")?.remove();
  }

  /** `here`: by this tab's own doing, which then goes somewhere by itself. */
  private accountChanged(here: boolean): void {
    const { account } = this.api.session;
    this.view.forget();
    this.live.reset();
    if (account !== null) {
      forgetDrafts(this.api.session, account);
      this.many.begin();
      if (!this.api.session.shared) this.welcomed();
      else void this.device.forgetAll();
      void this.flush();
    }
    this.renewSummary();
    if (here || this.view.visit === undefined) return;
    if (this.onSignIn && account !== null) this.signedIn(undefined);
    else this.refresh();
  }

  /** What stands around the page may be late; the page itself says when the network is gone. */
  private renewSummary(): void {
    this.loadSummary().catch(() => undefined);
  }

  private get onSignIn(): boolean {
    return this.view.path.endsWith("/sign-in");
  }

  private get home(): string {
    return this.app === "console" ? "/console" : "/";
  }

  go(to: Go): void {
    this.router.go(to.href, { replace: to.replace ?? false });
  }

  toast(toast: Toast): void {
    this.toasts.add(toast);
  }

  announce(text: string): void {
    this.said = text;
  }

  refresh(): void {
    this.view.refresh();
  }

  showInPlace(screen: Screen): void {
    this.view.showInPlace(screen);
  }

  /** To where the person wanted to go before they were asked to sign in. */
  signedIn(then: Go | undefined): void {
    const asked = new URLSearchParams(location.search).get("next") ?? this.home;
    const inside = /^\/(?![/\\])/.test(asked) ? asked : this.home;
    const told = then !== undefined && then.href !== this.home ? then.href : inside;
    this.router.go(told, { replace: true });
  }

  signIn(): void {
    if (!this.onSignIn) this.router.go(signInPath(this.app, this.router.here), { replace: true });
  }

  /** Out of a shared device: everything goes, the page's own memory too. */
  private async leave(): Promise<void> {
    this.view.forget();
    await this.api.session.end();
    forgetDrafts(this.api.session);
    await this.device.forgetAll();
    location.replace(signInPath(this.app, this.home));
  }

  async signOut(): Promise<void> {
    if (this.api.session.shared) return this.leave();
    const count = this.outbox.waiting.length;
    const question = { title: this.t("outbox.leave"), text: this.t("outbox.leave.text", { count }), accept: this.t("session.end") };
    if (count > 0 && !(await ask(question, true, this.t))) return;
    await this.api.session.end();
    forgetDrafts(this.api.session);
    this.outbox.forget();
    this.toast({ text: this.t("session.ended") });
    this.router.go(signInPath(this.app, this.home), { replace: true });
  }

  showWaiting(): void {
    this.requestUpdate();
    void this.updateComplete.then(() => {
      window.scrollTo(0, 0);
      this.querySelector<HTMLElement>(".strip-waiting")?.focus({ preventScroll: true });
    });
  }

  wrote(): void {
    this.renewSummary();
    this.requestUpdate();
  }

  protected setLang(lang: Lang): void {
    setLanguage(lang);
    this.api.lang = lang;
    document.documentElement.lang = lang;
    this.view.forget();
    this.renewSummary();
    this.refresh();
    this.requestUpdate();
  }

  private readonly skip = (event: Event): void => {
    event.preventDefault();
    this.querySelector("h1")?.focus();
  };
}
