/**
 * Values that the server does not have yet, kept in this tab's storage per account and form, so that
 * a lost connection or a reload loses nothing. Secrets and one-time codes are never kept.
 */

import type { FormField } from "../language/fields.ts";
import type { Values } from "../language/rules.ts";

export class Draft {
  private readonly key: string | null;

  /** Nothing is kept for somebody who is not signed in. */
  constructor(account: string | null, form: string) {
    this.key = account === null ? null : `camaug.draft.${account}.${form}`;
  }

  read(): Values {
    const kept = this.key === null ? null : sessionStorage.getItem(this.key);
    return kept === null ? {} : (JSON.parse(kept) as Values);
  }

  keep(values: Values, fields: readonly FormField[]): void {
    if (this.key === null) return;
    const open = fields.filter((field) => isKept(field) && Object.hasOwn(values, field.name));
    const kept = Object.fromEntries(open.map((field) => [field.name, values[field.name]]));
    sessionStorage.setItem(this.key, JSON.stringify(kept));
  }

  forget(): void {
    if (this.key !== null) sessionStorage.removeItem(this.key);
  }
}

/** Sign-out takes every draft of this tab with it. */
export function forgetDrafts(): void {
  const keys = Object.keys(sessionStorage).filter((key) => key.startsWith("camaug.draft."));
  keys.forEach((key) => sessionStorage.removeItem(key));
}

/** Files are in the store already, and only the server knows what they are called. */
function isKept(field: FormField): boolean {
  if (field.type === "file-field") return false;
  if (field.type !== "text-field") return true;
  return field.secret !== true && field.autocomplete !== "one-time-code";
}
