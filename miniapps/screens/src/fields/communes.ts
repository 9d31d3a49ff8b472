/** The province's communes: fetched once, kept on the device so that a form works offline. */

import type { Api } from "../client/api.ts";
import { fold } from "../client/fold.ts";
import { NetworkLost } from "../client/problem.ts";
import { type Translate, translator } from "../client/words.ts";

export interface Commune {
  /** Five digits. */
  code: string;
  name: string;
  kind: "ward" | "commune";
}

/** "Phường An Xuyên" */
export function title({ kind, name }: Commune, t: Translate): string {
  return t(`commune.kind.${kind}`, { name });
}

const VIETNAMESE = translator("vi");
const ENGLISH = translator("en");
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
    const words = fold(`${title(one, VIETNAMESE)} ${title(one, ENGLISH)}`).split(" ");
    return wanted.every((part) => words.some((word) => word.startsWith(part)));
  });
}

/** The one commune that a typed text names in full, with its kind or without. */
export function named(all: readonly Commune[], typed: string): Commune | undefined {
  const wanted = fold(typed);
  const fits = (one: Commune): boolean =>
    [one.name, title(one, VIETNAMESE), title(one, ENGLISH)].some((name) => fold(name) === wanted);
  const found = all.filter(fits);
  return found.length === 1 ? found[0] : undefined;
}
