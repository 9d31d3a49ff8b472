/** Files of a form: choose or photograph, see them travel, see that they were checked. */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { NetworkLost, Problem } from "../client/problem.ts";
import { upload } from "../client/upload.ts";
import { size, type Word } from "../client/words.ts";
import type { FileField, FileRef } from "../language/fields.ts";
import type { Context } from "../render/context.ts";
import { icon } from "../render/icon.ts";
import { framed, type Wiring } from "./frame.ts";

/** A file on its way, or one that did not arrive (`failure` says why). */
interface Flight {
  file: File;
  share: number;
  failure?: string;
  stop: AbortController;
}

const DEFAULT_TYPES = ["image/jpeg", "image/png", "application/pdf"];
const DEFAULT_LIMIT = 5;
const DEFAULT_BYTES = 10 * 1024 * 1024;

class FileBox extends LitElement {
  static override properties = {
    field: { attribute: false },
    ctx: { attribute: false },
    wiring: { attribute: false },
  };
  declare field: FileField;
  declare ctx: Context;
  declare wiring: Wiring;
  private arrived: FileRef[] = [];
  private flights: Flight[] = [];
  /** Addresses of what was chosen here, by document id; other files show an icon. */
  private readonly previews = new Map<string, string>();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.arrived = [...(this.field.files ?? [])];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.flights.forEach((flight) => flight.stop.abort());
    this.previews.forEach((address) => URL.revokeObjectURL(address));
    this.wiring.state.busy(this.field.name, false);
  }

  protected override render(): TemplateResult {
    const { ctx, field } = this;
    const limit = field.limit ?? DEFAULT_LIMIT;
    const full = this.arrived.length + this.flights.length >= limit;
    const allowed = { limit, size: size(field.max_bytes ?? DEFAULT_BYTES, ctx.lang), types: this.types() };
    return html`<ul class="files">
        ${this.arrived.map((file) => this.file(file))}
        ${this.flights.map((flight) => this.flight(flight))}
      </ul>
      ${full ? nothing : html`<div class="row">
        ${field.camera === false ? nothing : this.picker("camera", "file.camera", true)}
        ${this.picker("paperclip", "file.choose", false)}
      </div>
      <p class="hint">${ctx.t("file.limit", allowed)}</p>`}`;
  }

  private picker(name: string, word: Word, camera: boolean): TemplateResult {
    const accept = camera ? "image/*" : this.accept().join(",");
    return html`<label class="button button-secondary">${icon(name)}<span>${this.ctx.t(word)}</span>
      <input class="visually-hidden" type="file" accept=${accept} capture=${camera ? "environment" : nothing}
        ?multiple=${!camera} aria-invalid=${this.wiring.invalid} @change=${this.onChosen} /></label>`;
  }

  private file(file: FileRef): TemplateResult {
    const { t, lang } = this.ctx;
    const refused = file.state === "refused";
    const known = ["incoming", "checked", "clean", "refused"].includes(file.state);
    const state = t(`file.state.${known ? file.state : "incoming"}` as Word);
    const preview = this.previews.get(file.document_id);
    return html`<li class="surface file">
      ${preview ? html`<img src=${preview} alt="" />` : icon("file-text", "file-icon")}
      <span class="file-text"><span class="strong file-name">${file.name}</span>
        <span class="file-state ${refused ? "ink-bad" : "ink-good"}">${icon(refused ? "octagon-alert" : "shield-check")}
          <span>${state} · ${size(file.size, lang)}</span></span></span>
      ${this.tool("trash-2", t("file.remove", { name: file.name }), () => void this.discard(file))}
    </li>`;
  }

  private flight(flight: Flight): TemplateResult {
    const { t } = this.ctx;
    const { name } = flight.file;
    const percent = Math.round(flight.share * 100);
    const progress = percent < 100 ? t("file.uploading", { percent }) : t("file.checking");
    return html`<li class="surface file" aria-busy=${flight.failure === undefined}>
      ${icon("file-up", "file-icon")}
      <span class="file-text"><span class="strong file-name">${name}</span>
        ${flight.failure
          ? html`<span class="file-state ink-bad" role="alert">${icon("circle-alert")}<span>${flight.failure}</span></span>`
          : html`<span class="second">${progress}</span><progress max="100" .value=${percent} aria-label=${name}></progress>`}
      </span>
      ${flight.failure ? this.tool("rotate-cw", t("file.retry", { name }), () => void this.fly(flight)) : nothing}
      ${this.tool("trash-2", t("file.remove", { name }), () => this.cancel(flight))}
    </li>`;
  }

  private tool(name: string, label: string, act: () => void): TemplateResult {
    return html`<button type="button" class="tool" aria-label=${label} @click=${act}>${icon(name)}</button>`;
  }

  private readonly onChosen = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    for (const file of input.files ?? []) {
      const refusal = this.refusal(file);
      if (refusal !== undefined) {
        this.wiring.state.setError(this.field.name, refusal);
        continue;
      }
      this.wiring.state.setError(this.field.name, undefined);
      const flight = { file, share: 0, stop: new AbortController() };
      this.flights.push(flight);
      void this.fly(flight);
    }
    input.value = "";
  };

  /** Why a file is not even sent; the server looks again, at its content. */
  private refusal(file: File): string | undefined {
    const { t, lang } = this.ctx;
    const limit = this.field.limit ?? DEFAULT_LIMIT;
    const bytes = this.field.max_bytes ?? DEFAULT_BYTES;
    if (this.arrived.length + this.flights.length >= limit) return t("file.too_many", { limit });
    if (file.size > bytes) return `${file.name}: ${t("file.too_big", { size: size(bytes, lang) })}`;
    if (!this.accept().includes(file.type)) return `${file.name}: ${t("file.wrong_type", { types: this.types() })}`;
    return undefined;
  }

  private async fly(flight: Flight): Promise<void> {
    flight.share = 0;
    delete flight.failure;
    this.changed();
    const onProgress = (share: number): void => {
      flight.share = share;
      this.requestUpdate();
    };
    try {
      const file = await upload(this.ctx.api, this.field, flight.file, onProgress, flight.stop.signal);
      this.flights = this.flights.filter((one) => one !== flight);
      if (flight.file.type.startsWith("image/")) {
        this.previews.set(file.document_id, URL.createObjectURL(flight.file));
      }
      this.settle([...this.arrived, file]);
    } catch (error) {
      if (!this.flights.includes(flight)) return;
      flight.failure = this.reason(error);
      this.changed();
    }
  }

  private reason(error: unknown): string {
    if (error instanceof NetworkLost) return this.ctx.t("send.lost");
    const told = error instanceof Problem ? error.detail || error.title : "";
    return told || this.ctx.t("file.failed");
  }

  private cancel(flight: Flight): void {
    this.flights = this.flights.filter((one) => one !== flight);
    flight.stop.abort();
    this.removed(flight.file.name);
  }

  private async discard(file: FileRef): Promise<void> {
    try {
      await this.ctx.api.write("DELETE", `/api/v1/documents/${file.document_id}`);
    } catch (error) {
      if (!(error instanceof Problem && error.status === 404)) {
        this.wiring.state.setError(this.field.name, this.reason(error));
        return;
      }
    }
    this.settle(this.arrived.filter((one) => one !== file));
    this.removed(file.name);
  }

  private removed(name: string): void {
    this.changed();
    this.ctx.say(this.ctx.t("file.removed", { name }));
    void this.updateComplete.then(() => this.querySelector<HTMLElement>("label input")?.focus());
  }

  private settle(files: FileRef[]): void {
    this.arrived = files;
    this.wiring.state.set(this.field.name, files.map((file) => file.document_id));
    this.changed();
  }

  private changed(): void {
    this.wiring.state.busy(this.field.name, this.flights.some((one) => one.failure === undefined));
    this.requestUpdate();
  }

  private accept(): readonly string[] {
    return this.field.accept ?? DEFAULT_TYPES;
  }

  /** "JPEG, PNG, PDF" */
  private types(): string {
    return this.accept().map((type) => type.split("/").at(-1)?.toUpperCase()).join(", ");
  }
}

customElements.define("cg-files", FileBox);

export function fileField(field: FileField, ctx: Context): unknown {
  return framed(field, ctx, (wiring) => html`<cg-files .field=${field} .ctx=${ctx} .wiring=${wiring}></cg-files>`, "group");
}
