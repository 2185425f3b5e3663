import { isDeepStrictEqual } from "node:util";
import type { Kind } from "./kind.ts";
import type { Fields, Shape } from "./shape.ts";
import { isUnknown, type Properties } from "./wire.ts";

/** Inputs as an import finds them: everything that the service tells of. */
export function importedInputs(state: Properties, fields: Fields): Properties {
  return Object.fromEntries(Object.keys(fields).filter((name) => !empty(state[name])).map((name) => [name, state[name]]));
}

/**
 * Inputs after a refresh, as official providers make them: what the program gave, with the values that the service tells of, and
 * what the provider compares anyhow. Keys of tags and the like are all kept, properties of nested objects only if they were given.
 */
export function refreshedInputs(old: Properties, state: Properties, fields: Fields, watched: readonly string[] = []): Properties {
  const names = Object.keys(fields).filter((name) => name in old || watched.includes(name));
  const entries = names.map((name) => [name, name in old ? projected(old[name], state[name], fields[name]!.shape) : state[name]] as const);
  return Object.fromEntries(entries.filter(([name, value]) => (name in old && isDeepStrictEqual(value, old[name])) || !empty(value)));
}

function projected(old: unknown, found: unknown, shape: Shape): unknown {
  if (typeof shape === "string" || empty(found)) return found;
  if ("array" in shape && Array.isArray(old) && Array.isArray(found)) return found.map((one, n) => projected(old[n], one, shape.array));
  if ("object" in shape && isProperties(old) && isProperties(found)) return refreshedInputs(old, found, shape.object);
  return found;
}

function isProperties(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function empty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

export interface Difference {
  readonly changed: string[];
  readonly replaces: string[];
  readonly deleteBeforeReplace: boolean;
}

/** What an update must do. What is not known yet counts as changed. */
export function difference(old: Properties, now: Properties, kind: Pick<Kind<never>, "replace" | "computed" | "same" | "autoName" | "update">, ignored: readonly string[]): Difference {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => !ignored.includes(name) && (now[name] !== undefined || !kind.computed?.includes(name)));
  const changed = names.filter((name) => isUnknown(now[name]) || !(same(old[name], now[name]) || kind.same?.(name, old[name], now[name])));
  const replaces = changed.filter((name) => kind.replace.includes(name) || !kind.update);
  const { autoName } = kind;
  return { changed, replaces, deleteBeforeReplace: replaces.length > 0 && autoName !== undefined && !changed.includes(autoName) };
}

/** None, empty and false are one to the official providers; of nested objects in lists, what the program does not give is the service's. */
function same(old: unknown, now: unknown): boolean {
  if (Array.isArray(old) && Array.isArray(now)) return old.length === now.length && now.every((one, n) => within(old[n], one));
  return isDeepStrictEqual(old, now) || (empty(old) && empty(now));
}

function within(old: unknown, now: unknown): boolean {
  if (!isProperties(old) || !isProperties(now)) return same(old, now);
  return Object.entries(now).every(([name, value]) => !isUnknown(value) && within(old[name], value));
}
