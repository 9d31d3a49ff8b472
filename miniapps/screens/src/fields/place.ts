/** Where the person is, as the device knows it: asked for by a button, shown, taken back. */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { number, type Word } from "../client/words.ts";
import type { PlaceField } from "../language/fields.ts";
import type { Context } from "../render/context.ts";
import { icon } from "../render/icon.ts";
import { framed, type Wiring } from "./frame.ts";
import { position, spoken } from "./typing.ts";

/** A phone under a roof may need a while for its first fix; one of half a minute ago will do. */
const ASKING: PositionOptions = { enableHighAccuracy: true, timeout: 20_000, maximumAge: 30_000 };
/** By the codes of the Geolocation API. */
const REFUSALS: Readonly<Record<number, Word>> = { 1: "place.denied", 2: "place.unavailable", 3: "place.slow" };

class PlaceBox extends LitElement {
  static override properties = {
    field: { attribute: false },
    ctx: { attribute: false },
    wiring: { attribute: false },
    asking: { state: true },
    refusal: { state: true },
    metres: { state: true },
  };
  declare field: PlaceField;
  declare ctx: Context;
  declare wiring: Wiring;
  declare asking: boolean;
  declare refusal: Word | undefined;
  /** How far off the device says that it may be. */
  declare metres: number | undefined;

  constructor() {
    super();
    this.asking = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.wiring.state.busy(this.field.name, false);
  }

  protected override render(): TemplateResult {
    const { t } = this.ctx;
    const known = spoken(this.wiring.state.value(this.field.name), this.ctx.lang);
    return html`<div role="status">${this.told(known)}</div>
      <div class="row">
        <button type="button" class="button button-secondary" ?disabled=${this.wiring.disabled}
          aria-disabled=${this.asking} aria-invalid=${this.wiring.invalid}
          aria-describedby=${this.wiring.describedBy} @click=${this.ask}>
          ${icon("map-pin")}<span>${t(known ? "place.again" : "place.use")}</span></button>
        ${known
          ? html`<button type="button" class="button button-quiet" @click=${this.forget}>
              ${icon("trash-2")}<span>${t("place.remove")}</span></button>`
          : nothing}
      </div>`;
  }

  private told(known: string | undefined): TemplateResult | typeof nothing {
    const { t, lang } = this.ctx;
    if (this.asking) return html`<p class="second">${t("place.asking")}</p>`;
    if (this.refusal) return html`<p class="place ink-warn">${icon("triangle-alert")}<span>${t(this.refusal)}</span></p>`;
    if (known === undefined) return nothing;
    const about = this.metres === undefined ? "" : t("place.about", { metres: number(this.metres, lang, 0) });
    return html`<p class="place ink-good">${icon("map-pin")}<span>${t("place.known", { place: known })} ${about}</span></p>`;
  }

  private readonly ask = (): void => {
    if (this.asking) return;
    this.refusal = undefined;
    if (!("geolocation" in navigator)) {
      this.refusal = "place.unavailable";
      return;
    }
    this.pending(true);
    navigator.geolocation.getCurrentPosition(this.found, this.refused, ASKING);
  };

  private readonly found = ({ coords }: GeolocationPosition): void => {
    if (!this.isConnected) return;
    this.metres = Math.max(1, Math.round(coords.accuracy));
    this.wiring.state.setError(this.field.name, undefined);
    this.wiring.state.set(this.field.name, position(coords.latitude, coords.longitude));
    this.pending(false);
  };

  private readonly refused = ({ code }: GeolocationPositionError): void => {
    if (!this.isConnected) return;
    this.refusal = REFUSALS[code] ?? "place.unavailable";
    this.pending(false);
  };

  private readonly forget = (): void => {
    this.metres = undefined;
    this.refusal = undefined;
    this.wiring.state.setError(this.field.name, undefined);
    this.wiring.state.set(this.field.name, null);
    this.ctx.say(this.ctx.t("place.removed"));
    this.requestUpdate();
    this.querySelector<HTMLElement>("button")?.focus();
  };

  private pending(asking: boolean): void {
    this.asking = asking;
    this.wiring.state.busy(this.field.name, asking);
  }
}

customElements.define("cg-place", PlaceBox);

export function placeField(field: PlaceField, ctx: Context): unknown {
  return framed(field, ctx, (wiring) => html`<cg-place .field=${field} .ctx=${ctx} .wiring=${wiring}></cg-place>`, "group");
}
