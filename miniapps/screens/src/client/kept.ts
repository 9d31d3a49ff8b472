/**
 * Copies of answers on this device, per account and language, for when there is no network. Signing
 * out deletes them. Times are the server's: the clock of a phone may be wrong.
 */

import type { Lang } from "../language/actions.ts";
import type { Session } from "./session.ts";

const PREFIX = "camaug-pages-";
const MOST = 60;
const AT = "X-Answered-At";
const ETAG = "ETag";

export interface Copy<T> {
  readonly body: T;
  readonly etag: string | null;
  /** When the server answered this, or null when it did not say. */
  readonly at: Date | null;
}

export class Kept {
  private readonly session: Session;
  /** One after the other, so that nothing is kept behind a sign-out. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(session: Session) {
    this.session = session;
  }

  /** Desks are shared, and so are some phones: what is seen there is never kept. */
  private get able(): boolean {
    return this.session.audience === "citizen" && !this.session.shared && "caches" in globalThis;
  }

  async get<T>(path: string, lang: Lang): Promise<Copy<T> | undefined> {
    if (!this.able) return undefined;
    const found = await (await caches.open(this.drawer)).match(key(path, lang));
    if (found === undefined) return undefined;
    const at = Date.parse(found.headers.get(AT) ?? "");
    return {
      body: (await found.json()) as T,
      etag: found.headers.get(ETAG),
      at: Number.isNaN(at) ? null : new Date(at),
    };
  }

  put(path: string, lang: Lang, { body, etag, at }: Copy<unknown>): void {
    if (!this.able) return;
    const { drawer } = this;
    const headers = { [AT]: at?.toISOString() ?? "", ...(etag !== null && { [ETAG]: etag }) };
    this.next(async () => {
      if (drawer !== this.drawer) return;
      const cache = await caches.open(drawer);
      await cache.delete(key(path, lang));
      await cache.put(key(path, lang), new Response(JSON.stringify(body), { headers }));
      const keys = await cache.keys();
      await Promise.all(keys.slice(0, -MOST).map((old) => cache.delete(old)));
    });
  }

  /** Delete what is kept for others than who is signed in now. */
  forgetOthers(): void {
    if (!this.able) return;
    this.next(async () => {
      const names = await caches.keys();
      const others = names.filter((name) => name.startsWith(PREFIX) && name !== this.drawer);
      await Promise.all(others.map((name) => caches.delete(name)));
    });
  }

  /** Delete everything that is kept here for anybody. */
  async forgetAll(): Promise<void> {
    if (!("caches" in globalThis)) return;
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith(PREFIX)).map((name) => caches.delete(name)));
  }

  private get drawer(): string {
    return PREFIX + (this.session.account ?? "nobody");
  }

  /** A device without room keeps nothing, and that is all. */
  private next(work: () => Promise<void>): void {
    this.last = this.last.then(work).catch(() => undefined);
  }
}

function key(path: string, lang: Lang): string {
  return `/${lang}${path}`;
}
