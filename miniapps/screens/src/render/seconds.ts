/** The seconds of a button that can be pressed for a while only. */

import { html, LitElement, type TemplateResult } from "lit";
import type { Button } from "../language/screens.ts";
import type { Context } from "./context.ts";

const SECOND_MS = 1000;

/** Milliseconds that are left by the server's clock. */
function left(until: string, ctx: Context): number {
  return Date.parse(until) - ctx.api.now();
}

export function isOver(block: Button, ctx: Context): boolean {
  return block.until !== undefined && left(block.until, ctx) <= 0;
}

/** Ticks by itself, for the eyes alone; draws the page anew when nothing is left. */
class Seconds extends LitElement {
  static override properties = { until: { attribute: false }, ctx: { attribute: false } };
  declare until: string;
  declare ctx: Context;
  private ticking: ReturnType<typeof setTimeout> | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.ticking);
  }

  protected override render(): TemplateResult {
    return html`(${this.ctx.t("seconds", { count: Math.max(0, Math.ceil(left(this.until, this.ctx) / SECOND_MS)) })})`;
  }

  protected override updated(): void {
    clearTimeout(this.ticking);
    const rest = left(this.until, this.ctx);
    if (rest <= 0) this.ctx.over();
    else this.ticking = setTimeout(() => this.requestUpdate(), rest % SECOND_MS || SECOND_MS);
  }
}
customElements.define("cg-seconds", Seconds);

/** Hidden from screen readers: a name that changes each second would be read each second. */
export function seconds(until: string, ctx: Context): TemplateResult {
  return html`<cg-seconds class="figures" aria-hidden="true" .until=${until} .ctx=${ctx}></cg-seconds>`;
}
