/**
 * A device that others use too: its session ends after ten minutes without use and with the page.
 * The way out stands on every page; leaving by it loads the page anew, so that nothing stays in it.
 */

import { html, type TemplateResult } from "lit";
import type { Session } from "../client/session.ts";
import type { Context } from "../render/context.ts";
import { icon } from "../render/icon.ts";

const IDLE_MS = 10 * 60_000;
const WARNING_MS = 60_000;
const RENEW_MS = 4 * 60_000;
const LOOK_MS = 1000;
const USES = ["pointerdown", "keydown", "scroll"] as const;

export class SharedDevice {
  private readonly session: Session;
  private readonly warn: () => void;
  private readonly out: () => void;
  private used = Date.now();
  private renewed = Date.now();
  private warned = false;

  /** `out` ends the session and leaves nothing; `warn` says that this is near. */
  constructor(session: Session, warn: () => void, out: () => void) {
    this.session = session;
    this.warn = warn;
    this.out = out;
    for (const use of USES) addEventListener(use, () => this.touch(), { passive: true, capture: true });
    addEventListener("pagehide", () => { if (session.shared) session.leave(); });
    // A page that the browser has kept for "back" shows what was on it.
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
    // A sleeping device runs no timer on time: the clock decides, not the count.
    setInterval(() => this.look(), LOOK_MS);
    document.addEventListener("visibilitychange", () => this.look());
  }

  /** Somebody has signed in. */
  begin(): void {
    this.used = this.renewed = Date.now();
    this.warned = false;
  }

  private touch(): void {
    if (!this.session.shared) return;
    this.look(); // a touch after the end is no use
    this.used = Date.now();
    this.warned = false;
  }

  private look(): void {
    if (!this.session.shared) return;
    const idle = Date.now() - this.used;
    if (idle >= IDLE_MS) return this.out();
    if (idle >= IDLE_MS - WARNING_MS && !this.warned) {
      this.warned = true;
      this.warn();
    }
    if (this.used > this.renewed && Date.now() - this.renewed >= RENEW_MS) {
      this.renewed = Date.now();
      void this.session.refresh().catch(() => false);
    }
  }
}

/** Always in sight, above everything. */
export function wayOut(ctx: Context, out: () => void): TemplateResult {
  return html`<aside class="shared-out" aria-label=${ctx.t("shared.here")}>
    <p>${icon("users-round")}<span>${ctx.t("shared.here")}</span></p>
    <button type="button" class="button button-primary" @click=${out}>${icon("log-out")}<span>${ctx.t("shared.out")}</span></button>
  </aside>`;
}
