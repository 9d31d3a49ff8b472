/**
 * The live stream: "something changed, fetch it again". It never carries the data. Read by `fetch`,
 * because EventSource cannot send an Authorization header.
 */

import type { Api } from "./api.ts";
import { SignInNeeded } from "./problem.ts";

const SILENCE_MS = 60_000;
const HIDDEN_MS = 60_000;
const SLOWEST_MS = 30_000;

export interface Message {
  id: string | null;
  event: string;
  data: string;
}

/** Cut a growing text into SSE messages; comments (heartbeats) are dropped. */
export class SseParser {
  private rest = "";

  push(chunk: string): Message[] {
    const lines = (this.rest + chunk).replaceAll("\r\n", "\n").split("\n\n");
    this.rest = lines.pop() ?? "";
    return lines.map(parse).filter((message) => message.data !== "");
  }
}

function parse(block: string): Message {
  const message: Message = { id: null, event: "message", data: "" };
  for (const line of block.split("\n")) {
    const [, name, value] = /^([a-z]+):? ?(.*)$/.exec(line) ?? [];
    if (name === "id") message.id = value ?? "";
    else if (name === "event") message.event = value ?? "";
    else if (name === "data") message.data += (message.data && "\n") + (value ?? "");
  }
  return message;
}

export class Live {
  private readonly api: Api;
  private readonly onTopics: (topics: readonly string[]) => void;
  private running: AbortController | undefined;
  private lastId: string | null = null;
  private hiddenTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api, onTopics: (topics: readonly string[]) => void) {
    this.api = api;
    this.onTopics = onTopics;
    document.addEventListener("visibilitychange", () => this.followVisibility());
    window.addEventListener("online", () => this.restart());
  }

  /** Start when signed in, stop when not; a change of account begins a new stream. */
  restart(): void {
    this.stop();
    if (this.api.session.token === null || document.hidden) return;
    this.running = new AbortController();
    void this.run(this.running.signal);
  }

  /** Forget the place in the stream of an account that has left. */
  reset(): void {
    this.lastId = null;
    this.restart();
  }

  private stop(): void {
    this.running?.abort();
    this.running = undefined;
  }

  private followVisibility(): void {
    clearTimeout(this.hiddenTimer);
    if (document.hidden) this.hiddenTimer = setTimeout(() => this.stop(), HIDDEN_MS);
    else if (this.running === undefined) this.restart();
  }

  private async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        if (await this.read(signal)) failures = 0;
      } catch (error) {
        if (error instanceof SignInNeeded) return;
      }
      const wait = Math.min(1000 * 2 ** failures, SLOWEST_MS);
      await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random() / 2)));
    }
  }

  /** Read one connection to its end; true when it carried anything. */
  private async read(signal: AbortSignal): Promise<boolean> {
    const own = new AbortController();
    const both = AbortSignal.any([signal, own.signal]);
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (this.lastId !== null) headers["Last-Event-ID"] = this.lastId;
    let silence = setTimeout(() => own.abort(), SILENCE_MS);
    let heard = false;
    try {
      const answer = await this.api.stream("/api/v1/live", headers, both);
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      const parser = new SseParser();
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
        heard = true;
        clearTimeout(silence);
        silence = setTimeout(() => own.abort(), SILENCE_MS);
        parser.push(part.value).forEach((message) => this.receive(message));
      }
    } finally {
      clearTimeout(silence);
    }
    return heard;
  }

  private receive(message: Message): void {
    if (message.id !== null) this.lastId = message.id;
    if (message.event !== "change") return;
    const { topics } = JSON.parse(message.data) as { topics: string[] };
    this.onTopics(topics);
  }
}
