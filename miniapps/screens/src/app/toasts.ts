/** Short words at the bottom, read out politely; they leave by themselves. */

import { html, LitElement, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Toast, Tone } from "../language/actions.ts";
import { icon } from "../render/icon.ts";

const SHOWN_MS = 6000;

interface Shown {
  id: number;
  text: string;
  tone: Tone;
}

export class Toasts extends LitElement {
  static override properties = { shown: { state: true } };
  declare shown: readonly Shown[];
  private last = 0;

  constructor() {
    super();
    this.shown = [];
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** The same text is not shown twice at a time. */
  add({ text, tone = "good" }: Toast): void {
    if (this.shown.some((one) => one.text === text)) return;
    this.last += 1;
    const toast = { id: this.last, text, tone };
    this.shown = [...this.shown, toast];
    setTimeout(() => { this.shown = this.shown.filter((one) => one !== toast); }, SHOWN_MS);
  }

  protected override render(): TemplateResult {
    return html`<div class="toasts" role="status" aria-live="polite">
      ${repeat(this.shown, (one) => one.id, (one) => html`<p class="toast toast-${one.tone}">
        ${icon(one.tone === "good" ? "circle-check" : "circle-alert")}<span>${one.text}</span></p>`)}
    </div>`;
  }
}

customElements.define("cg-toasts", Toasts);
