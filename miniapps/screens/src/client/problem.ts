/** What can go wrong with a request, as three errors that the shells tell apart. */

export interface FieldError {
  /** JSON pointer into the body that was sent, such as `/full_name`. */
  pointer: string;
  code: string;
  message: string;
}

/** An RFC 9457 problem; `title` and `detail` are in the language of the request. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];

  constructor(status: number, body: unknown) {
    const members = isRecord(body) ? body : {};
    const title = text(members["title"]);
    super(`${status} ${text(members["code"]) || title}`);
    this.status = status;
    this.code = text(members["code"]);
    this.title = title;
    this.detail = text(members["detail"]);
    this.errors = Array.isArray(members["errors"]) ? members["errors"].flatMap(fieldError) : [];
  }
}

/** The request never got an answer: no network, or the server went away. */
export class NetworkLost extends Error {}

/** The session is over and could not be renewed. */
export class SignInNeeded extends Error {}

/** The field name that a pointer means: its last segment, unescaped (RFC 6901). */
export function fieldOf(pointer: string): string {
  const last = pointer.split("/").filter((segment) => !/^\d+$/.test(segment)).at(-1) ?? "";
  return last.replaceAll("~1", "/").replaceAll("~0", "~");
}

function fieldError(value: unknown): FieldError[] {
  if (!isRecord(value)) return [];
  const { pointer, code, message } = value;
  return [{ pointer: text(pointer), code: text(code), message: text(message) }];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
