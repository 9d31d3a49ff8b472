/** The province's communes: fetched once, kept on the device so that a form works offline. */

import type { Api } from "../client/api.ts";
import { fold } from "../client/fold.ts";
import { NetworkLost } from "../client/problem.ts";

export interface Commune {
  /** Five digits. */
  code: string;
  name: string;
  kind: string;
}

const KEPT = "camaug.communes";
let fetched: Promise<readonly Commune[]> | undefined;

export function communes(api: Api): Promise<readonly Commune[]> {
  fetched ??= load(api).catch((error: unknown) => {
    fetched = undefined;
    throw error;
  });
  return fetched;
}

async function load(api: Api): Promise<readonly Commune[]> {
  try {
    const list = await api.json<Commune[]>("/api/v1/communes");
    localStorage.setItem(KEPT, JSON.stringify(list));
    return list;
  } catch (error) {
    const kept = localStorage.getItem(KEPT);
    if (error instanceof NetworkLost && kept !== null) return JSON.parse(kept) as Commune[];
    throw error;
  }
}

/** Those whose name holds every typed word, at a word's beginning, marks or not; the list's order. */
export function match(all: readonly Commune[], typed: string): readonly Commune[] {
  const wanted = fold(typed).split(" ").filter(Boolean);
  return all.filter((one) => {
    const words = fold(`${one.kind} ${one.name}`).split(" ");
    return wanted.every((part) => words.some((word) => word.startsWith(part)));
  });
}
