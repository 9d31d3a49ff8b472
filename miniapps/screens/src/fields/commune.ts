/** One commune of the province: a text input with a list under it (ARIA combobox pattern). */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { CommuneField } from "../language/fields.ts";
import type { Context } from "../render/context.ts";
import { type Commune, communes, match, named, title } from "./communes.ts";
import { framed, type Wiring } from "./frame.ts";
import { UNKNOWN } from "../form/values.ts";


class CommuneBox extends LitElement {
  static override properties = {
    field: { attribute: false },
    ctx: { attribute: false },
    wiring: { attribute: false },
    all: { state: true },
    typed: { state: true },
    open: { state: true },
    active: { state: true },
  };
  declare field: CommuneField;
  declare ctx: Context;
  declare wiring: Wiring;
  declare all: readonly Commune[];
  declare typed: string | undefined;
  declare open: boolean;
  /** Index of the option under the arrow keys; -1 for none. */
  declare active: number;

  constructor() {
    super();
    this.all = [];
    this.open = false;
    this.active = -1;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void communes(this.ctx.api).then((all) => { this.all = all; }, () => undefined);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("active")) this.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  protected override render(): TemplateResult {
    const { id, required, disabled, invalid, describedBy } = this.wiring;
    const found = this.open ? match(this.all, this.typed ?? "") : [];
    const active = this.active >= 0 && found[this.active] ? `${id}-option-${this.active}` : nothing;
    return html`<div class="combo">
      <input id=${id} name=${this.field.name} type="text" role="combobox" autocomplete="off" spellcheck="false"
        aria-expanded=${this.open} aria-controls="${id}-list" aria-autocomplete="list" aria-activedescendant=${active}
        ?disabled=${disabled} aria-required=${required} aria-invalid=${invalid} aria-describedby=${describedBy}
        placeholder=${this.ctx.t("commune.placeholder")} .value=${live(this.text())}
        @input=${this.onInput} @keydown=${this.onKey} @click=${this.show} @blur=${this.onBlur} />
      <ul id="${id}-list" role="listbox" aria-label=${this.ctx.t("commune.list")} ?hidden=${!this.open}>
        ${found.map((one, index) => html`<li id="${id}-option-${index}" role="option"
          aria-selected=${index === this.active}
          @pointerdown=${(event: Event) => event.preventDefault()}
          @click=${() => this.choose(one)}>${title(one, this.ctx.t)}</li>`)}
        ${this.open && found.length === 0
          ? html`<li role="option" aria-disabled="true" aria-selected="false" class="second">${this.ctx.t("commune.none")}</li>`
          : nothing}
      </ul>
      <span class="visually-hidden" role="status">${this.open ? this.ctx.t("commune.count", { count: found.length }) : ""}</span>
    </div>`;
  }

  /** What is typed, or else the name of the chosen commune. */
  private text(): string {
    if (this.typed !== undefined) return this.typed;
    const value = this.wiring.state.value(this.field.name);
    const known = this.all.find((one) => one.code === value);
    if (known) return title(known, this.ctx.t);
    return value === this.field.value ? (this.field.value_label ?? "") : "";
  }

  private readonly onInput = (event: Event): void => {
    this.typed = (event.currentTarget as HTMLInputElement).value.normalize("NFC");
    this.open = true;
    this.active = -1;
    const blank = this.typed.trim() === "" ? null : UNKNOWN;
    this.wiring.state.set(this.field.name, named(this.all, this.typed)?.code ?? blank);
  };

  private readonly show = (): void => {
    this.open = true;
  };

  private readonly onBlur = (): void => {
    this.open = false;
    if (this.wiring.state.value(this.field.name) !== UNKNOWN) this.typed = undefined;
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const found = match(this.all, this.typed ?? "");
    const chosen = found[this.active];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const by = event.key === "ArrowDown" ? 1 : -1;
      this.active = this.open ? Math.min(Math.max(this.active + by, 0), found.length - 1) : 0;
      this.open = true;
    } else if (event.key === "Enter" && this.open && chosen) {
      this.choose(chosen);
    } else if (event.key === "Escape" && this.open) {
      this.open = false;
    } else {
      return;
    }
    event.preventDefault();
  };

  private choose(one: Commune): void {
    this.wiring.state.set(this.field.name, one.code);
    this.typed = undefined;
    this.open = false;
    this.active = -1;
  }
}

customElements.define("cg-commune", CommuneBox);

export function communeField(field: CommuneField, ctx: Context): unknown {
  return framed(field, ctx, (wiring) => html`<cg-commune .field=${field} .ctx=${ctx} .wiring=${wiring}></cg-commune>`);
}
