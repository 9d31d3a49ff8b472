/** Requests to the server: screens with ETags, JSON reads, and writes that are safe to repeat. */

import type { Lang } from "../language/actions.ts";
import type { Screen } from "../language/screens.ts";
import { NetworkLost, Problem, SignInNeeded } from "./problem.ts";
import type { Session } from "./session.ts";

const SCREEN = "application/vnd.camaug.screen+json";
/** Signed in, but to be proved again: a renewed token would say the same (RFC 9470). */
const STEP_UP = "insufficient_user_authentication";
const RETRIES = 2;
const FIRST_WAIT_MS = 800;
/** No answer after so long is a lost network; streams and files have their own patience. */
const LONGEST_READ_MS = 20_000;
const LONGEST_WRITE_MS = 30_000;

export interface Fetched {
  /** Null: the copy that the caller's ETag names is still right. */
  screen: Screen | null;
  etag: string | null;
  /** When the server answered, by its own clock. */
  at: Date | null;
}

export class Api {
  readonly session: Session;
  lang: Lang;
  /** How far the server's clock is ahead of this device's, by the last answer; in milliseconds. */
  private ahead = 0;
  /** Called before each repeat of a write whose answer did not arrive. */
  onRetry: () => void = () => undefined;

  constructor(session: Session, lang: Lang) {
    this.session = session;
    this.lang = lang;
  }

  /** The server's time in milliseconds; its second counts as passed, so that nobody is promised too much. */
  now(): number {
    return Date.now() + this.ahead;
  }

  async screen(path: string, etag: string | null, signal?: AbortSignal): Promise<Fetched> {
    const headers: Record<string, string> = { Accept: SCREEN };
    if (etag !== null) headers["If-None-Match"] = etag;
    const soon = AbortSignal.timeout(LONGEST_READ_MS);
    const answer = await this.ask(path, { headers, signal: signal ? AbortSignal.any([signal, soon]) : soon });
    const at = new Date(answer.headers.get("Date") ?? Date.now());
    if (answer.status === 304) return { screen: null, etag, at };
    return { screen: await whole<Screen>(answer), etag: answer.headers.get("ETag"), at };
  }

  async json<T>(path: string): Promise<T> {
    const headers = { Accept: "application/json" };
    return whole<T>(await this.ask(path, { headers, signal: AbortSignal.timeout(LONGEST_READ_MS) }));
  }

  /** What a download answers: the address of the file, or the file itself when it is an attachment. */
  async download(path: string): Promise<string | File> {
    const headers = { Accept: "application/json" };
    const answer = await this.ask(path, { headers, signal: AbortSignal.timeout(LONGEST_READ_MS) });
    const disposition = answer.headers.get("Content-Disposition") ?? "";
    if (!disposition.startsWith("attachment")) return (await whole<{ url: string }>(answer)).url;
    const name = /filename="([^"]+)"/.exec(disposition)?.[1] ?? "download";
    return new File([await bytes(answer)], name);
  }

  async blob(path: string): Promise<Blob> {
    return (await this.ask(path, {})).blob();
  }

  /** An open stream; the caller reads and closes it. */
  stream(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    return this.ask(path, { headers, signal, cache: "no-store" });
  }

  /**
   * Write once: the same key goes with every repeat, so that the server acts at most once.
   * Undefined when the server answers without a body.
   */
  async write(
    method: string,
    path: string,
    body?: unknown,
    key: string = crypto.randomUUID(),
  ): Promise<unknown> {
    const headers: Record<string, string> = { Accept: "application/json", "Idempotency-Key": key };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const request = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    for (let attempt = 0; ; attempt += 1) {
      try {
        const signal = AbortSignal.timeout(LONGEST_WRITE_MS);
        return await whole<unknown>(await this.ask(path, { ...request, signal }));
      } catch (error) {
        if (!(error instanceof NetworkLost) || attempt >= RETRIES) throw error;
        this.onRetry();
        await pause(FIRST_WAIT_MS * 2 ** attempt * (0.75 + Math.random() / 2));
      }
    }
  }

  /** Fetch with the session; a 401 renews it once, or else asks as nobody. Throws one of the three errors of problem.ts. */
  private async ask(path: string, request: RequestInit): Promise<Response> {
    const own = !path.startsWith("/api/v1/session/");
    // Somebody is known here whose session could not be renewed yet: do not ask as nobody.
    if (own && this.session.token === null && this.session.account !== null) await this.renew();
    let answer = await this.attempt(path, request);
    if (own && answer.status === 401 && !answer.headers.get("WWW-Authenticate")?.includes(STEP_UP)) {
      const renewed = await this.renew();
      answer = await this.attempt(path, request);
      if (!renewed && answer.status === 401) throw new SignInNeeded();
    }
    if (answer.ok || answer.status === 304) return answer;
    throw new Problem(answer.status, await answer.json().catch(() => null));
  }

  private renew(): Promise<boolean> {
    return this.session.refresh().catch((error: unknown) => {
      throw new NetworkLost("no answer to a refresh", { cause: error });
    });
  }

  private async attempt(path: string, request: RequestInit): Promise<Response> {
    const headers = new Headers(request.headers);
    headers.set("Accept-Language", this.lang);
    if (this.session.token !== null) {
      headers.set("Authorization", `Bearer ${this.session.token}`);
    }
    try {
      const answer = await fetch(path, { ...request, headers });
      const at = Date.parse(answer.headers.get("Date") ?? "");
      if (at > 0) this.ahead = at + 1000 - Date.now();
      return answer;
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      throw new NetworkLost(`no answer from ${path}`, { cause: error });
    }
  }
}

/** The body as JSON, undefined when there is none. */
async function whole<T>(answer: Response): Promise<T> {
  const text = await answer.text().catch(brokeOff);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

function bytes(answer: Response): Promise<Blob> {
  return answer.blob().catch(brokeOff);
}

/** A body that breaks off is a lost network. */
function brokeOff(error: unknown): never {
  if (error instanceof DOMException && error.name === "AbortError") throw error;
  throw new NetworkLost("the answer broke off", { cause: error });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
