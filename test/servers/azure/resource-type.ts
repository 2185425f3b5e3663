import { ArmError, invalid } from "./arm-error.ts";
import type { Operation, Resource, ResourcePath } from "./arm-state.ts";

/** What a PUT or PATCH sends. */
export interface ResourceBody {
  readonly location?: string;
  readonly tags?: Record<string, string>;
  readonly properties?: Record<string, unknown>;
}

export interface Changed {
  readonly resource: Resource;
  readonly operation: Operation;
}

/** A type of resource that Resource Manager keeps. */
export interface ResourceType {
  /** `Microsoft.Compute/images` */
  readonly type: string;
  readonly apiVersions: readonly string[];
  /** Absent: it is there from the start. @throws ArmError */
  put?(path: ResourcePath, body: ResourceBody, old: Resource | undefined): Promise<Changed>;
  /** @returns undefined when there is nothing to be done besides forgetting it. */
  mayDelete?(resource: Resource): void;
  /** What GET shows, if not the resource. @param expand `$expand` of the query */
  show?(resource: Resource, expand: string | null): Resource;
}

const maxTags = 50;

/** @throws ArmError when Azure would not have these tags. */
export function checkTags(tags: Readonly<Record<string, string>> = {}): void {
  const names = Object.keys(tags);
  if (names.length > maxTags) throw new ArmError(400, "TooManyTags", `The tags are more than ${maxTags}.`);
  for (const [name, value] of Object.entries(tags)) {
    if (/[<>%&\\?/]/.test(name)) throw new ArmError(400, "InvalidTagNameCharacters", `The tag names '${name}' have reserved characters '<,>,%,&,\\,?,/' or control characters.`);
    if (name.length > 512 || value.length > 256) throw new ArmError(400, "InvalidTag", `The tag '${name}' is too long.`);
  }
}

/** @throws ArmError when a property that never changes would. */
export function unchanged(kind: string, old: Record<string, unknown>, now: Record<string, unknown>, names: readonly string[]): void {
  for (const name of names) {
    if (now[name] !== undefined && stable(now[name]) !== stable(old[name])) throw new ArmError(409, "PropertyChangeNotAllowed", `Changing property '${kind}.properties.${name}' is not allowed.`);
  }
}

/** @throws ArmError with the API's own complaint. */
export function oneOf(parameter: string, value: unknown, allowed: readonly string[]): void {
  if (!allowed.includes(value as string)) throw value === undefined ? invalid(parameter, `Required parameter '${parameter}' is missing (null).`) : invalid(parameter, `The value '${String(value)}' of parameter '${parameter}' is not one of ${allowed.join(", ")}.`);
}

/** Names the properties that an API version does not know. */
export function onlyKnown(parameter: string, value: Record<string, unknown> = {}, known: readonly string[]): void {
  const other = Object.keys(value).find((name) => !known.includes(name));
  if (other) throw new ArmError(400, "BadRequest", `Could not find member '${other}' on object of type '${parameter}'.`);
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (one && typeof one === "object" && !Array.isArray(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one));
}
