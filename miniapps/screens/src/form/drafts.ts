/**
 * Values that the server does not have yet, kept on this device per account and form, so that a lost
 * connection, a reload or a killed tab loses nothing. Secrets and one-time codes are never kept.
 */

import type { Session } from "../client/session.ts";
import type { FormField } from "../language/fields.ts";
import type { Values } from "../language/rules.ts";

const PREFIX = "camaug.draft.";

export class Draft {
  private readonly key: string | null;

  /** Nothing is kept for somebody who is not signed in, or on a device of several people. */
  constructor(session: Session | null, form: string) {
    const account = session === null || session.shared ? null : session.account;
    this.key = session === null || account === null ? null : `${prefix(session)}${account}.${form}`;
  }

  read(): Values {
    const kept = this.key === null ? null : localStorage.getItem(this.key);
    return kept === null ? {} : (JSON.parse(kept) as Values);
  }

  keep(values: Values, fields: readonly FormField[]): void {
    if (this.key === null) return;
    const open = fields.filter((field) => isKept(field) && Object.hasOwn(values, field.name));
    const kept = Object.fromEntries(open.map((field) => [field.name, values[field.name]]));
    localStorage.setItem(this.key, JSON.stringify(kept));
  }

  forget(): void {
    if (this.key !== null) localStorage.removeItem(this.key);
  }
}

/** Sign-out takes every draft with it; another person who signs in takes those of others. */
export function forgetDrafts(session: Session, but: string | null = null): void {
  const own = but === null ? null : `${prefix(session)}${but}.`;
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix(session)));
  keys.filter((key) => own === null || !key.startsWith(own)).forEach((key) => localStorage.removeItem(key));
}

/** A desk in the same browser keeps, and takes, only what is its own. */
function prefix({ audience }: Session): string {
  return `${PREFIX}${audience}.`;
}

/** Files are in the store already, and only the server knows what they are called. */
function isKept(field: FormField): boolean {
  if (field.type === "file-field") return false;
  if (field.type !== "text-field") return true;
  return field.secret !== true && field.autocomplete !== "one-time-code";
}
