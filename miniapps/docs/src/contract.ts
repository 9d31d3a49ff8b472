/** The published contract, and the rooms in which the page shows its operations. */

type Operation = Readonly<Record<string, unknown>>;

export interface Contract extends Readonly<Record<string, unknown>> {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export async function published(): Promise<Contract> {
  const answer = await fetch("/api/docs/openapi.json");
  if (!answer.ok) throw new Error(`the contract: ${answer.status}`);
  return (await answer.json()) as Contract;
}

/** The id of the utility that owns an address, else its first word after `/api/v1/`. */
export function room(path: string): string {
  const [, utility, feature] = /^\/api\/v1\/(?:apps\/([^/]+)|([^/]+))/.exec(path) ?? [];
  return utility ?? feature ?? path.split("/")[1] ?? path;
}

/** The same contract, each operation tagged with its room: the viewer shows a heading for each. */
export function inRooms(contract: Contract): Contract {
  const paths = Object.entries(contract.paths).map(([path, operations]) => {
    const tagged = Object.entries(operations).map(([method, one]) => [method, { ...one, tags: [room(path)] }]);
    return [path, Object.fromEntries(tagged)];
  });
  const rooms = [...new Set(Object.keys(contract.paths).map(room))].sort();
  return { ...contract, paths: Object.fromEntries(paths), tags: rooms.map((name) => ({ name })) };
}
