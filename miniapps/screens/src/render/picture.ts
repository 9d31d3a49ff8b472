/** A picture behind the sign-in: an `<img>` cannot send the session, so it is fetched and shown. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { Context } from "./context.ts";

export class Picture extends LitElement {
  static override properties = {
    ctx: { attribute: false },
    src: {},
    alt: {},
    address: { state: true },
    failed: { state: true },
  };
  declare ctx: Context;
  declare src: string;
  declare alt: string;
  declare address: string | undefined;
  declare failed: boolean;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("src")) void this.load(this.src);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.forget();
  }

  private async load(src: string): Promise<void> {
    this.forget();
    try {
      const blob = await this.ctx.api.blob(src);
      if (src === this.src && this.isConnected) this.address = URL.createObjectURL(blob);
    } catch {
      this.failed = true;
    }
  }

  private forget(): void {
    if (this.address !== undefined) URL.revokeObjectURL(this.address);
    this.address = undefined;
    this.failed = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.failed) return html`<p class="hint">${this.ctx.t("image.failed")}: ${this.alt}</p>`;
    if (this.address === undefined) return nothing;
    return html`<img class="picture" src=${this.address} alt=${this.alt} />`;
  }
}

customElements.define("cg-picture", Picture);
