/**
 * Writes that wait for a network. Each is on the device before it is first tried and leaves when the
 * server has answered, always under the same Idempotency-Key: neither a killed tab nor an answer
 * that got lost makes it happen twice or not at all. No clock is asked.
 */

import type { Answer, Send } from "../language/actions.ts";
import type { Values } from "../language/rules.ts";
import type { Api } from "./api.ts";
import { NetworkLost, Problem, SignInNeeded } from "./problem.ts";

const PREFIX = "camaug.outbox.";

export interface Waiting {
  readonly key: string;
  readonly account: string;
  /** Its place in the line. */
  readonly order: number;
  readonly method: string;
  readonly href: string;
  readonly body: Values;
  /** What the person knows it by, and where it was sent from. */
  readonly title: string;
  readonly from: string;
  /** What the server said against it; it is not tried again. */
  readonly refused?: string;
}

/** It is kept and will be sent. */
export class Later extends NetworkLost {}

/** Something else waits for the same address: whether it arrived is not known yet. */
export class AnotherWaits extends NetworkLost {}

export class Outbox {
  private readonly api: Api;
  /** What is being sent for the first time, and may be done in a moment. */
  private readonly fresh = new Set<string>();

  constructor(api: Api) {
    this.api = api;
  }

  /** What the person has to know of. */
  get stuck(): readonly Waiting[] {
    return this.waiting.filter(({ key }) => !this.fresh.has(key));
  }

  get waiting(): readonly Waiting[] {
    const { account } = this.api.session;
    if (account === null) return [];
    const all = this.drawers(account).map((name) => localStorage.getItem(name));
    return all
      .flatMap((text) => (text === null ? [] : [JSON.parse(text) as Waiting]))
      .sort((one, other) => one.order - other.order);
  }

  /** Write now, or keep it and throw `Later`. Problems are thrown as by `Api.write`. */
  async send(action: Send, body: Values, title: string, from: string): Promise<Answer | undefined> {
    // A shared device keeps nothing: it is sent now or not at all, and the page still shows it.
    if (this.api.session.shared) return (await this.api.write(action.method ?? "POST", action.href, body)) as Answer | undefined;
    const { waiting } = this;
    const before = waiting.find((one) => one.href === action.href && one.refused === undefined);
    if (before && JSON.stringify(before.body) !== JSON.stringify(body)) throw new AnotherWaits("another body waits");
    const one: Waiting = before ?? {
      key: crypto.randomUUID(),
      account: this.api.session.account ?? "",
      order: (waiting.at(-1)?.order ?? 0) + 1,
      method: action.method ?? "POST",
      href: action.href,
      body,
      title,
      from,
    };
    waiting.filter((old) => old.href === action.href && old !== before).forEach((old) => this.drop(old));
    this.keep(one);
    this.fresh.add(one.key);
    try {
      return await this.deliver(one);
    } catch (error) {
      if (error instanceof SignInNeeded) throw error; // it goes out after the sign-in
      if (passes(error)) throw new Later("kept for later", { cause: error });
      this.drop(one);
      throw error;
    } finally {
      this.fresh.delete(one.key);
    }
  }

  /** Send what waits, in its order, from one tab at a time; `told` hears of each that was taken. */
  async flush(told: (one: Waiting, answer: Answer | undefined) => void, wrong: string): Promise<void> {
    if (this.api.session.account === null || this.waiting.length === 0) return;
    await navigator.locks.request(`camaug-outbox-${this.api.session.audience}`, { ifAvailable: true }, async (lock) => {
      if (lock === null) return;
      for (const one of this.waiting.filter(({ refused }) => refused === undefined)) {
        if (!this.holds(one)) continue;
        try {
          const answer = await this.deliver(one, wrong);
          told(one, answer);
        } catch (error) {
          if (!(error instanceof Problem) || passes(error)) return;
          if (this.holds(one)) this.keep({ ...one, refused: error.errors[0]?.message || error.detail || error.title });
        }
      }
    });
  }

  drop(one: Waiting): void {
    localStorage.removeItem(this.drawer(one));
  }

  /** With `wrong`, an answer that asks to mend something keeps the write as refused. */
  private async deliver(one: Waiting, wrong?: string): Promise<Answer | undefined> {
    const answer = (await this.api.write(one.method, one.href, one.body, one.key)) as Answer | undefined;
    if (wrong === undefined || answer?.type !== "screen") this.drop(one);
    else if (this.holds(one)) this.keep({ ...one, refused: wrong });
    return answer;
  }

  /** Whether it still waits, and for who is signed in: both may have changed in another tab. */
  private holds(one: Waiting): boolean {
    return one.account === this.api.session.account && localStorage.getItem(this.drawer(one)) !== null;
  }

  private keep(one: Waiting): void {
    localStorage.setItem(this.drawer(one), JSON.stringify(one));
  }

  /** Sign-out takes what waits with it; the person was asked before. */
  forget(): void {
    this.drawers("").forEach((name) => localStorage.removeItem(name));
  }

  private drawer({ account, key }: Waiting): string {
    return `${this.prefix}${account}.${key}`;
  }

  private drawers(account: string): string[] {
    return Object.keys(localStorage).filter((name) => name.startsWith(this.prefix + account));
  }

  /** A desk in the same browser keeps, and takes, only what is its own. */
  private get prefix(): string {
    return `${PREFIX}${this.api.session.audience}.`;
  }
}

/** Whether trying again later may help. */
function passes(error: unknown): boolean {
  if (!(error instanceof Problem)) return true;
  return error.status >= 500 || error.status === 429 || error.code === "still_running";
}
