/**
 * The signed-in state of one audience. The access token lives in memory only; the refresh token is
 * an HttpOnly cookie that this code never sees. Tabs share the access token over a channel, and
 * refresh one at a time under a Web Lock. The device remembers whose session it is, so that without
 * a network it can show what it has kept for that account. On a shared device it remembers nothing.
 */

import { isRecord } from "./problem.ts";

export type Audience = "citizen" | "staff";

interface Shared {
  /** Null: signed out. */
  token: string | null;
  /** Milliseconds since the epoch. */
  expires: number;
}

/** What a sign-in or a renewal gives. On a shared device the page itself keeps the refresh token. */
export interface Given {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly refresh_token?: string;
  readonly shared?: boolean;
}

const REFRESH_AT = 0.8;
const LONGEST_MS = 15_000;
/** How long a start waits for the server before it shows what the device has. */
const PATIENCE_MS = 3000;
/** Remembered instead of an account: signed out here, and the server has not heard of it yet. */
const ENDING = "ending";

export class Session {
  readonly audience: Audience;
  token: string | null = null;
  /** The `sub` of the access token, or of the last one while there is no network. */
  account: string | null = null;
  /** Called when another account, or none, is signed in; `here`: by this tab's own doing. */
  onChange: (here: boolean) => void = () => undefined;
  /** Others use this device too: nothing is kept on it, and the session is this page's alone. */
  get shared(): boolean {
    return this.ticket !== undefined;
  }
  /** The refresh token of a shared device; gone with the page. */
  private ticket: string | undefined;
  private expires = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly channel: BroadcastChannel;

  constructor(audience: Audience) {
    this.audience = audience;
    this.channel = new BroadcastChannel(`camaug-session-${audience}`);
    this.channel.onmessage = (event: MessageEvent<Shared>) => this.take(event.data, false);
  }

  /** Renew a session of an earlier visit; without one this asks nothing of the server. */
  async start(): Promise<void> {
    const known = localStorage.getItem(this.flag);
    if (known === null) return;
    const renewed = this.refresh().then(() => true, () => false);
    if (await Promise.race([renewed, pause(PATIENCE_MS)])) return;
    if (this.token === null && known !== ENDING) this.become(known, false);
  }

  accept(given: Given): void {
    const told = { token: given.access_token, expires: Date.now() + given.expires_in * 1000 };
    this.ticket = given.shared === true ? given.refresh_token : undefined;
    this.take(told, true);
    // Tabs of earlier people are signed out; they are not let in.
    this.channel.postMessage(this.shared ? { token: null, expires: 0 } : told);
  }

  /**
   * Get a new access token, or take the one another tab got meanwhile. False: signed out.
   * Throws TypeError when the network is gone; the session then stays as it is.
   */
  async refresh(): Promise<boolean> {
    const before = this.token;
    return navigator.locks.request(`camaug-session-${this.audience}`, async () => {
      if (localStorage.getItem(this.flag) === ENDING) await this.tellEnd();
      if (this.token !== before && this.token !== null) return true;
      const answer = await this.post("/api/v1/session/refresh");
      if (answer.status >= 500 || answer.status === 429) throw new TypeError("refresh unavailable");
      const body: unknown = answer.ok ? await answer.json() : null;
      if (isRecord(body) && typeof body["access_token"] === "string") {
        this.accept(body as unknown as Given);
        return true;
      }
      this.drop();
      return false;
    });
  }

  /** Sign out here and in every other tab; the server ends the refresh family, now or when it can be told. */
  async end(): Promise<void> {
    const kept = !this.shared;
    const told = await this.tellEnd().then(() => true, () => false);
    this.drop();
    if (!told && kept) localStorage.setItem(this.flag, ENDING);
  }

  private async tellEnd(): Promise<void> {
    const answer = await this.post("/api/v1/session/end");
    if (answer.status >= 500 || answer.status === 429) throw new TypeError("end unavailable");
    localStorage.removeItem(this.flag);
  }

  /** The page of a shared device is left: there may be no time to hear the answer. */
  leave(): void {
    void this.post("/api/v1/session/end", true).catch(() => undefined);
    this.ticket = undefined;
    this.token = null;
    this.account = null;
  }

  private drop(): void {
    this.ticket = undefined;
    const shared = { token: null, expires: 0 };
    this.take(shared, true);
    this.channel.postMessage(shared);
  }

  private take({ token, expires }: Shared, here: boolean): void {
    const renewed = (token === null) !== (this.token === null);
    this.token = token;
    this.expires = expires;
    this.schedule();
    const account = token === null ? null : subject(token);
    if (account !== null && !this.shared) localStorage.setItem(this.flag, account);
    else if (localStorage.getItem(this.flag) !== ENDING) localStorage.removeItem(this.flag);
    if (account !== this.account || renewed) this.become(account, here);
  }

  private become(account: string | null, here: boolean): void {
    this.account = account;
    this.onChange(here);
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.token === null || this.shared) return; // who uses it has it renewed, see shared.ts
    const wait = (this.expires - Date.now()) * REFRESH_AT;
    this.timer = setTimeout(() => void this.refresh().catch(() => false), Math.max(wait, 1000));
  }

  private post(path: string, keepalive = false): Promise<Response> {
    const headers: Record<string, string> = {
      "Content-Type": "application/json",
      "Idempotency-Key": crypto.randomUUID(),
    };
    if (this.token !== null) headers["Authorization"] = `Bearer ${this.token}`;
    const ticket = this.ticket === undefined ? {} : { refresh_token: this.ticket };
    const body = JSON.stringify({ audience: this.audience, ...ticket });
    return fetch(path, { method: "POST", headers, body, keepalive, signal: AbortSignal.timeout(LONGEST_MS) });
  }

  private get flag(): string {
    return `camaug.session.${this.audience}`;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Read, not verified: the server verifies, the client only names its own drawers by it. */
function subject(token: string): string | null {
  try {
    const part = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const claims: unknown = JSON.parse(atob(part));
    return isRecord(claims) && typeof claims["sub"] === "string" ? claims["sub"] : null;
  } catch {
    return null;
  }
}
