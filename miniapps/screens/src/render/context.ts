/** What every render function is given besides its block. */

import type { Api } from "../client/api.ts";
import type { Translate } from "../client/words.ts";
import type { Action, Lang, Send } from "../language/actions.ts";
import type { FormField } from "../language/fields.ts";
import type { Value, Values } from "../language/rules.ts";

export interface Context {
  /** The language of the person, which is also that of the renderer's own words. */
  readonly lang: Lang;
  /** Whose screens: the console places search and main button in the header. */
  readonly app: "citizen" | "console";
  readonly t: Translate;
  readonly api: Api;
  readonly form?: FormState;
  /** Do what a tap asks; `origin` shows that it is at work. */
  act(action: Action, origin: Element): void;
  /**
   * Write and deal with the answer; false when it was not done (declined, connection lost, signed
   * out). Throws Problem, which the caller shows where it belongs.
   */
  send(action: Send, values: Values): Promise<boolean>;
  /** Fetch the next page of the list or table on this screen. */
  more(origin: Element): void;
  /** The time of something on this screen is over: draw it without that. */
  over(): void;
  /** A short word for everybody, screen readers included. */
  say(text: string): void;
}

/** What the fields of one form see of it. */
export interface FormState {
  readonly idBase: string;
  value(name: string): Value;
  set(name: string, value: Value): void;
  error(name: string): string | undefined;
  setError(name: string, error: string | undefined): void;
  shown(field: FormField): boolean;
  required(field: FormField): boolean;
  enabled(field: FormField): boolean;
  /** Files in flight hold the form back. */
  busy(name: string, busy: boolean): void;
  /** Values of the fields that are shown and enabled. */
  values(): Values;
}
