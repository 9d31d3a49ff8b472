/**
 * The references of one part of the contract, filled in as deep as a reader looks at once.
 *
 * A Screen may hold blocks that hold blocks: the viewer's own resolver, which follows every
 * reference to its end, never comes back from there.
 */

const DEEPEST = 2;
const LOCAL = /^#\/components\/schemas\/(.+)$/;

type Json = Readonly<Record<string, unknown>>;

/** The part at `path`; a schema that is not looked into keeps its name, its type and what it says. */
export function resolved(contract: Json, path: readonly string[]): unknown {
  const schemas = at(contract, ["components", "schemas"]) as Record<string, Json>;
  return filled(at(contract, path), schemas, DEEPEST);
}

function at(whole: unknown, path: readonly string[]): unknown {
  return path.reduce((part, name) => (part as Json | undefined)?.[name], whole);
}

function filled(part: unknown, schemas: Readonly<Record<string, Json>>, deep: number): unknown {
  if (Array.isArray(part)) return part.map((one) => filled(one, schemas, deep));
  if (typeof part !== "object" || part === null) return part;
  const [, name] = LOCAL.exec(String((part as Json)["$ref"])) ?? [];
  const schema = name === undefined ? undefined : schemas[name];
  if (schema === undefined) {
    return Object.fromEntries(Object.entries(part).map(([key, one]) => [key, filled(one, schemas, deep)]));
  }
  const named = { title: name, ...schema };
  if (deep > 0) return filled(named, schemas, deep - 1);
  const { title, type, description } = named as Json;
  return { title, type, description };
}
