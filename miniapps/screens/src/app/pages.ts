/** Screens as they come from the server, with the copies that ETags vouch for, and further pages. */

import type { Api } from "../client/api.ts";
import { type Copy, Kept } from "../client/kept.ts";
import type { AnyBlock, ItemList, Screen, Table } from "../language/screens.ts";

const KEPT = 40;

type Paged = ItemList | Table;

export class Pages {
  private readonly api: Api;
  private readonly device: Kept;
  private readonly copies = new Map<string, Copy<Screen>>();

  constructor(api: Api, device: Kept) {
    this.api = api;
    this.device = device;
  }

  /** The copy of an earlier step, if any: shown at once on "back", then fetched again. */
  copy(path: string): Copy<Screen> | undefined {
    return this.copies.get(path);
  }

  /** The copy of this or an earlier visit, for when the network does not answer. */
  async kept(path: string): Promise<Copy<Screen> | undefined> {
    return this.copies.get(path) ?? this.device.get<Screen>(path, this.api.lang).catch(() => undefined);
  }

  /** Throws the errors of `Api`. */
  async fetch(path: string, signal: AbortSignal): Promise<Screen> {
    const { lang, session } = this.api;
    const { account } = session;
    const copy = await this.kept(path);
    const { screen, etag, at } = await this.api.screen(path, copy?.etag ?? null, signal);
    const body = screen ?? copy?.body;
    if (body === undefined) throw new Error("304 without a copy");
    if (lang !== this.api.lang || account !== session.account) return body;
    this.copies.delete(path);
    this.copies.set(path, { body, etag, at });
    this.device.put(path, lang, { body, etag, at });
    const oldest = this.copies.keys().next().value;
    if (this.copies.size > KEPT && oldest !== undefined) this.copies.delete(oldest);
    return body;
  }

  /** Another account or language sees other screens. */
  forget(): void {
    this.copies.clear();
    this.device.forgetOthers();
  }
}

/** The address of the next page of a screen's list or table, if it has more. */
export function nextPage(screen: Screen): string | undefined {
  const action = paged(screen.blocks)?.more?.action;
  return action?.type === "go" ? action.href : undefined;
}

/** `screen` with the rows of the next page behind its own. */
export function appended(screen: Screen, next: Screen): Screen {
  const mine = paged(screen.blocks);
  const more = first(next.blocks, (block) => block.type === mine?.type);
  if (mine === undefined || more === undefined) return screen;
  return { ...screen, blocks: replaced(screen.blocks, mine, joined(mine, more as Paged)) };
}

function joined(mine: Paged, more: Paged): Paged {
  const { more: _shown, ...rest } = mine;
  const onward = more.more ? { more: more.more } : {};
  if (rest.type === "list" && more.type === "list") {
    return { ...rest, ...onward, items: [...rest.items, ...more.items] };
  }
  if (rest.type === "table" && more.type === "table") {
    return { ...rest, ...onward, rows: [...rest.rows, ...more.rows] };
  }
  return mine;
}

function paged(blocks: readonly AnyBlock[]): Paged | undefined {
  return first(blocks, (block) => "more" in block && (block.type === "list" || block.type === "table")) as
    | Paged
    | undefined;
}

function first(blocks: readonly AnyBlock[], fits: (block: AnyBlock) => boolean): AnyBlock | undefined {
  for (const block of blocks) {
    const found = fits(block) ? block : "blocks" in block ? first(block.blocks, fits) : undefined;
    if (found) return found;
  }
  return undefined;
}

function replaced(blocks: readonly AnyBlock[], old: AnyBlock, by: AnyBlock): AnyBlock[] {
  return blocks.map((block) => {
    if (block === old) return by;
    return "blocks" in block ? { ...block, blocks: replaced(block.blocks, old, by) } : block;
  });
}
