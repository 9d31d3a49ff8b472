/** Sends a form's values some time after the last change, one write at a time, the latest wins. */

import type { SaveState } from "../render/screen.ts";

const QUIET_MS = 1200;
const AGAIN_MS = 15_000;

export class Autosave {
  private readonly write: () => Promise<void>;
  private readonly tell: (state: SaveState) => void;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | undefined;
  private pending = false;
  private left = false;

  /** `write` rejects when the values did not arrive. */
  constructor(write: () => Promise<void>, tell: (state: SaveState) => void) {
    this.write = write;
    this.tell = tell;
  }

  changed(after = QUIET_MS): void {
    this.pending = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), after);
  }

  /** Wait for the write under way and drop the next: a submit carries the same values. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.pending = false;
    await this.running;
  }

  /** The form is gone: send what waits, once; if it fails, the draft on the device stays. */
  leave(): void {
    this.left = true;
    void this.flush();
  }

  /** Send now what waits. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    await this.running;
    if (!this.pending) return;
    this.pending = false;
    this.running = this.once();
    await this.running;
    this.running = undefined;
  }

  private async once(): Promise<void> {
    this.tell("saving");
    try {
      await this.write();
      if (!this.pending) this.tell("saved");
    } catch {
      this.tell("waiting");
      if (!this.pending && !this.left) this.changed(AGAIN_MS);
    }
  }
}
