/** A form: values, rules, errors, autosave and submit around the blocks of one `form` block. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { fieldOf, Problem } from "../client/problem.ts";
import type { FormField } from "../language/fields.ts";
import { holds, type Value, type Values } from "../language/rules.ts";
import type { Form } from "../language/screens.ts";
import { blocks } from "../render/blocks.ts";
import type { Context, FormState } from "../render/context.ts";
import { icon } from "../render/icon.ts";
import type { SaveState } from "../render/screen.ts";
import { Autosave } from "./autosave.ts";
import { Draft } from "./drafts.ts";
import { summary } from "./summary.ts";
import { fault, fieldsOf, initial, shownValues } from "./values.ts";

class FormBox extends LitElement implements FormState {
  static override properties = { block: { attribute: false }, ctx: { attribute: false } };
  declare block: Form;
  declare ctx: Context;
  private fields: FormField[] = [];
  private all: Record<string, Value> = {};
  private errors = new Map<string, string>();
  /** Errors of the last problem that belong to no field of this form. */
  private otherErrors: string[] = [];
  private readonly inFlight = new Set<string>();
  private draft = new Draft(null, "");
  private autosave: Autosave | undefined;

  get idBase(): string {
    return `form-${this.block.id}`;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("block")) return;
    const before = changed.get("block") as Form | undefined;
    if (before?.id === this.block.id) this.refreshed(before);
    else this.begin();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.onHidden);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.onHidden);
    this.autosave?.leave();
  }

  /** A phone may end a page that it has hidden. */
  private readonly onHidden = (): void => {
    if (document.hidden) void this.autosave?.flush();
  };

  protected override render(): TemplateResult {
    const { block, ctx } = this;
    const inner: Context = { ...ctx, form: this };
    const { submit, back } = block;
    return html`<form novalidate @submit=${(event: Event) => void this.submit(event)}>
      ${summary(this.fields, this.errors, this.otherErrors, inner, this)}
      ${blocks(block.blocks, inner)}
      <div class="main-bar">
        ${back ? html`<a class="button button-secondary button-back" href=${back.href} data-back aria-label=${ctx.t("back")}>${icon("arrow-left")}</a>` : nothing}
        <button class="button button-${submit.style ?? "primary"}">${submit.icon ? icon(submit.icon) : nothing}<span>${submit.label}</span></button>
      </div>
    </form>`;
  }

  private begin(): void {
    const { block, ctx } = this;
    this.fields = fieldsOf(block.blocks);
    this.all = Object.fromEntries(this.fields.map((field) => [field.name, initial(field)]));
    this.errors = new Map(this.fields.flatMap(({ name, error }) => (error ? [[name, error]] : [])));
    this.draft = new Draft(ctx.api.session, block.id);
    const kept = Object.entries(this.draft.read()).filter(([name]) => Object.hasOwn(this.all, name));
    for (const [name, value] of kept) this.all[name] = value ?? null;
    this.autosave = block.save ? new Autosave(() => this.save(), (state) => this.tell(state)) : undefined;
    if (kept.length === 0) return;
    ctx.say(ctx.t("save.kept"));
    this.autosave?.changed();
  }

  /** The same form came again: what the person has not changed takes the server's new value. */
  private refreshed(before: Form): void {
    const old = new Map(fieldsOf(before.blocks).map((field) => [field.name, initial(field)]));
    this.fields = fieldsOf(this.block.blocks);
    for (const field of this.fields) {
      const untouched = JSON.stringify(this.all[field.name]) === JSON.stringify(old.get(field.name));
      if (untouched || !old.has(field.name)) this.all[field.name] = initial(field);
    }
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    const { submit } = this.block;
    const button = this.querySelector<HTMLElement>(".main-bar button");
    if (button === null || button.ariaBusy === "true") return;
    if (submit.action.type !== "send") {
      this.ctx.act(submit.action, button);
      return;
    }
    this.errors = this.faults();
    this.otherErrors = [];
    if (this.errors.size > 0) return this.showErrors();
    button.ariaBusy = "true";
    try {
      await this.autosave?.stop();
      if (await this.ctx.send(submit.action, this.values())) this.draft.forget();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.sort(error);
      this.showErrors();
    } finally {
      button.ariaBusy = null;
    }
  }

  private faults(): Map<string, string> {
    const shown = shownValues(this.fields, this.all);
    const wrong = new Map<string, string>();
    for (const field of this.fields) {
      if (!Object.hasOwn(shown, field.name) || !this.enabled(field)) continue;
      const { t, lang } = this.ctx;
      const error = this.inFlight.has(field.name)
        ? t("error.uploading")
        : fault(field, this.value(field.name), this.required(field), t, lang);
      if (error !== undefined) wrong.set(field.name, error);
    }
    return wrong;
  }

  /** Put a problem's errors to the fields they name, the rest into the summary. */
  private sort(problem: Problem): void {
    const names = new Set(this.fields.map((field) => field.name));
    for (const { pointer, message } of problem.errors) {
      const name = fieldOf(pointer);
      if (names.has(name)) this.errors.set(name, message);
      else this.otherErrors.push(message);
    }
    if (problem.errors.length === 0) this.otherErrors.push(problem.detail || problem.title);
  }

  private showErrors(): void {
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(".error-summary")?.focus());
  }

  private async save(): Promise<void> {
    const { save } = this.block;
    if (save === undefined) return;
    const body = { ...this.savable(), ...save.body };
    await this.ctx.api.write(save.method ?? "POST", save.href, body);
    this.draft.forget();
  }

  /** All values so far; what is half typed or wrong is not yet a value. */
  private savable(): Values {
    const { t, lang } = this.ctx;
    const whole = Object.entries(this.values()).map(([name, value]) => {
      const field = this.fields.find((one) => one.name === name);
      const wrong = field && fault(field, value ?? null, false, t, lang) !== undefined;
      return [name, wrong ? null : value];
    });
    return Object.fromEntries(whole) as Values;
  }

  private tell(state: SaveState): void {
    this.dispatchEvent(new CustomEvent("cg-saved", { detail: state, bubbles: true }));
  }

  value(name: string): Value {
    return this.all[name] ?? null;
  }

  set(name: string, value: Value): void {
    this.all[name] = value;
    this.errors.delete(name);
    this.draft.keep(this.all, this.fields);
    const isFile = this.fields.some((field) => field.name === name && field.type === "file-field");
    this.autosave?.changed(isFile ? 0 : undefined);
    this.requestUpdate();
  }

  error(name: string): string | undefined {
    return this.errors.get(name);
  }

  setError(name: string, error: string | undefined): void {
    if (error === undefined) this.errors.delete(name);
    else this.errors.set(name, error);
    this.requestUpdate();
  }

  shown(field: FormField): boolean {
    return Object.hasOwn(shownValues(this.fields, this.all), field.name);
  }

  required(field: FormField): boolean {
    if (field.required) return true;
    return field.require_when !== undefined && holds(field.require_when, shownValues(this.fields, this.all));
  }

  enabled(field: FormField): boolean {
    return field.enable_when === undefined || holds(field.enable_when, shownValues(this.fields, this.all));
  }

  busy(name: string, busy: boolean): void {
    if (busy) this.inFlight.add(name);
    else this.inFlight.delete(name);
  }

  values(): Values {
    const shown = shownValues(this.fields, this.all);
    const off = this.fields.filter((field) => !this.enabled(field)).map((field) => field.name);
    const values = Object.entries(shown).filter(([name]) => !off.includes(name));
    return Object.fromEntries([...values, ...this.inserted()]);
  }

  /** Which suggestion stands in each long text, where the field wants that told. */
  private inserted(): [string, Value][] {
    const names = this.fields.map((field) => (field.type === "long-text-field" ? field.suggestion_name : undefined));
    return names.flatMap((name): [string, Value][] => (name && this.all[name] ? [[name, this.all[name]]] : []));
  }
}

customElements.define("cg-form", FormBox);

export function form(block: Form, ctx: Context): TemplateResult {
  return html`<cg-form .block=${block} .ctx=${ctx}></cg-form>`;
}
