/** The screen that is shown now: how it is fetched, kept in place, refreshed and continued. */

import type { Api } from "../client/api.ts";
import type { Kept } from "../client/kept.ts";
import { NetworkLost, SignInNeeded } from "../client/problem.ts";
import type { Translate } from "../client/words.ts";
import type { Toast } from "../language/actions.ts";
import type { Screen } from "../language/screens.ts";
import type { SaveState } from "../render/screen.ts";
import { type AppName, screenPath } from "./address.ts";
import { appended, nextPage, Pages } from "./pages.ts";
import type { Visit } from "./router.ts";

/** A wait this long, in milliseconds, shows a skeleton, or a copy of an earlier visit. */
const PATIENCE_MS = 300;
const LONG_MS = 3000;

/** The element that the screen is drawn in. */
export interface Host extends HTMLElement {
  readonly t: Translate;
  readonly updateComplete: Promise<boolean>;
  requestUpdate(): void;
  toast(toast: Toast): void;
  /** Tell screen readers only. */
  announce(text: string): void;
  signIn(): void;
}

export class Viewer {
  screen: Screen | undefined;
  failed: unknown;
  waiting = false;
  saved: SaveState = "none";
  /** What is shown was answered earlier, and the server could not be asked again. */
  old: { at: Date | null } | undefined;
  /** Another key, another DOM: what was typed or opened on one page is not carried to the next. */
  key = 0;
  visit: Visit | undefined;
  private readonly host: Host;
  private readonly app: AppName;
  private readonly pages: Pages;
  private fetching = new AbortController();
  private inPlace = false;
  private morePages = 0;

  constructor(host: Host, app: AppName, api: Api, device: Kept) {
    this.host = host;
    this.app = app;
    this.pages = new Pages(api, device);
  }

  get path(): string {
    return this.visit?.path ?? location.pathname;
  }

  /** Forget the copies: another account or language sees other screens. */
  forget(): void {
    this.pages.forget();
  }

  async load(visit: Visit): Promise<void> {
    this.visit = visit;
    this.fetching.abort();
    this.fetching = new AbortController();
    const { signal } = this.fetching;
    const path = screenPath(this.app, visit.path, visit.search);
    const copy = visit.kind === "back" ? this.pages.copy(path) : undefined;
    if (copy) this.show(copy.body, visit);
    let shown = copy !== undefined;
    let over = false;
    const showKept = async (): Promise<boolean> => {
      const kept = await this.pages.kept(path);
      if (kept === undefined || signal.aborted || over) return false;
      if (!shown) this.show(kept.body, visit);
      shown = true;
      this.set({ old: { at: kept.at } });
      return true;
    };
    const mayWait = copy === undefined && visit.kind !== "stay";
    const patience = setTimeout(() => this.set({ waiting: mayWait }), PATIENCE_MS);
    const slow = setTimeout(() => void showKept(), LONG_MS);
    try {
      const screen = await this.pages.fetch(path, signal);
      if (shown) this.set({ screen, old: undefined });
      else this.show(screen, visit);
    } catch (error) {
      const lost = error instanceof NetworkLost && (await showKept());
      if (!signal.aborted && !lost) this.fail(error);
    } finally {
      over = true;
      clearTimeout(patience);
      clearTimeout(slow);
      if (!signal.aborted) this.set({ waiting: false });
    }
  }

  /** Show a screen that came as the answer to a write; "refresh" and links lead out of it. */
  showInPlace(screen: Screen): void {
    // What was asked for before the answer would come over it.
    this.fetching.abort();
    this.fetching = new AbortController();
    if (this.visit) this.show(screen, { ...this.visit, kind: "step" });
    this.inPlace = true;
  }

  refresh(): void {
    if (this.visit && (this.inPlace || this.failed !== undefined)) {
      void this.load({ ...this.visit, kind: "step" });
    } else {
      const { signal } = this.fetching;
      void this.refetch().catch((error: unknown) => { if (!signal.aborted) this.stay(error); });
    }
  }

  /** The network is back, or may be: ask for what could not be asked. */
  again(): void {
    if (this.old !== undefined || this.failed instanceof NetworkLost) this.refresh();
  }

  /** What is shown stays, if it is only the network that is missing. */
  private stay(error: unknown): void {
    if (!(error instanceof NetworkLost) || this.screen === undefined) return this.fail(error);
    this.host.toast({ text: this.host.t("problem.offline.title"), tone: "warn" });
    this.set({ old: this.old ?? { at: null } });
  }

  /** The live stream names what changed; what cannot be fetched now is fetched later. */
  async changed(topics: readonly string[]): Promise<void> {
    const concerned = this.screen?.live?.some((topic) => topics.includes(topic)) ?? false;
    if (!concerned || this.inPlace) return;
    const fresh = await this.refetch().catch(() => false);
    if (fresh) this.host.announce(this.host.t("updated"));
  }

  async more(origin: Element): Promise<void> {
    if (this.screen === undefined || origin.ariaBusy === "true") return;
    origin.ariaBusy = "true";
    this.host.announce(this.host.t("more.busy"));
    try {
      this.set({ screen: await this.withNext(this.screen) });
      this.morePages += 1;
    } catch (error) {
      const word = error instanceof NetworkLost ? "problem.offline.title" : "problem.other.text";
      if (error instanceof SignInNeeded) this.host.signIn();
      else this.host.toast({ text: this.host.t(word), tone: "warn" });
    } finally {
      origin.ariaBusy = null;
    }
  }

  set(state: Partial<Pick<Viewer, "screen" | "waiting" | "saved" | "old">>): void {
    Object.assign(this, state);
    this.host.requestUpdate();
  }

  private show(screen: Screen, visit: Visit): void {
    if (visit.kind !== "stay") this.key += 1;
    this.failed = undefined;
    this.inPlace = false;
    this.morePages = 0;
    this.set({ screen, waiting: false, saved: "none", old: undefined });
    document.title = `${screen.title} · ${this.host.t("app.name")}`;
    void this.host.updateComplete.then(() => this.arrive(screen, visit));
  }

  private arrive(screen: Screen, visit: Visit): void {
    if (visit.kind === "stay") {
      this.host.announce(screen.title);
      return;
    }
    const wanted = this.host.querySelector<HTMLElement>("[data-autofocus]");
    const target = wanted ?? (visit.kind === "start" ? null : this.host.querySelector("h1"));
    target?.focus({ preventScroll: true });
    window.scrollTo(0, visit.kind === "back" ? visit.scroll : 0);
  }

  private fail(error: unknown): void {
    if (error instanceof SignInNeeded) return this.host.signIn();
    this.key += 1;
    this.failed = error;
    this.set({ waiting: false, old: undefined });
    void this.host.updateComplete.then(() => this.host.querySelector("h1")?.focus());
  }

  /** Fetch the present screen again, keeping place, focus and further pages; true when it changed. */
  private async refetch(): Promise<boolean> {
    const { visit, screen: before } = this;
    if (visit === undefined || this.failed !== undefined) return false;
    const { signal } = this.fetching;
    let screen = await this.pages.fetch(screenPath(this.app, visit.path, visit.search), signal);
    for (let page = 0; page < this.morePages; page += 1) screen = await this.withNext(screen);
    if (signal.aborted) return false;
    await this.settle({ screen, old: undefined });
    return screen !== before;
  }

  /** Draw it; who had the focus on a button that is gone with its act or its time is led to the title. */
  async settle(state: Partial<Pick<Viewer, "screen" | "old">>): Promise<void> {
    const held = document.activeElement !== document.body;
    this.set(state);
    await this.host.updateComplete;
    if (held && document.activeElement === document.body) this.host.querySelector("h1")?.focus({ preventScroll: true });
  }

  private async withNext(screen: Screen): Promise<Screen> {
    const next = nextPage(screen);
    if (next === undefined) return screen;
    const { pathname, search } = new URL(next, location.href);
    const path = screenPath(this.app, pathname, search);
    return appended(screen, await this.pages.fetch(path, this.fetching.signal));
  }
}
