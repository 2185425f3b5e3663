import { createHash } from "node:crypto";
import { ours } from "#model/openstack-image";

/** What an image in Glance should be, besides its name and its bytes. */
export interface Expectation {
  readonly visibility: string;
  readonly hidden: boolean;
  /** Whether it is hidden is for a channel to say. */
  readonly flipped?: boolean;
  readonly protected: boolean;
  readonly tags: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  /** Ids of the projects that it is shared with. */
  readonly members: readonly string[];
}

/** The same, short enough to be kept in the state twice. */
export interface CompactExpectation {
  /** `shared hidden protected`, or `shared flipped` */
  readonly access: string;
  readonly tags?: readonly string[];
  readonly members?: readonly string[];
  /** Of each property three characters that stand for its name and two for its value: they tell which one was added or changed. */
  readonly marks: string;
  /** Of all properties, so that none differs unseen. */
  readonly sum: string;
  /** Properties whose values are needed to set them again, and the owner tag. */
  readonly kept: Readonly<Record<string, string>>;
}

const nameLength = 3;
const markLength = nameLength + 2;
const sumLength = 12;

export function compactExpectation({ visibility, hidden, flipped, protected: locked, tags, properties, members }: Expectation): CompactExpectation {
  const entries = Object.entries(properties).sort(byName);
  return {
    access: [visibility, flipped ? "flipped" : hidden && "hidden", locked && "protected"].filter(Boolean).join(" "),
    ...(tags.length > 0 && { tags: [...tags].sort() }),
    ...(members.length > 0 && { members: [...members].sort() }),
    marks: entries.map(([name, value]) => markOf(name, value)).join(""),
    sum: sumOf(properties),
    kept: Object.fromEntries(entries.filter(([name]) => isKept(name))),
  };
}

export function accessOf({ access }: Pick<CompactExpectation, "access">): Pick<Expectation, "visibility" | "hidden" | "flipped" | "protected"> {
  const [visibility = "", ...flags] = access.split(" ");
  return { visibility, hidden: flags.includes("hidden"), flipped: flags.includes("flipped"), protected: flags.includes("protected") };
}

/** `declared` with that value, declared with another one, or not at all. */
export function judge({ marks }: Pick<CompactExpectation, "marks">, name: string, value: string): "declared" | "changed" | "added" {
  const mark = markOf(name, value);
  const same = marksIn(marks).filter((one) => one.startsWith(mark.slice(0, nameLength)));
  return same.length === 0 ? "added" : same.includes(mark) ? "declared" : "changed";
}

/** How many properties are declared. */
export function declaredCount({ marks }: Pick<CompactExpectation, "marks">): number {
  return marks.length / markLength;
}

export function sumOf(properties: Readonly<Record<string, string>>): string {
  return hash(Object.entries(properties).sort(byName)).slice(0, sumLength);
}

/** The official resource takes properties that begin so for Glance's own and never sets them again: the check must be able to. */
function isKept(name: string): boolean {
  return name.startsWith("os_") || name === ours.stack;
}

function markOf(name: string, value: string): string {
  return hash(name).slice(0, nameLength) + hash([name, value]).slice(0, markLength - nameLength);
}

function marksIn(marks: string): string[] {
  return marks.match(/.{5}/g) ?? [];
}

function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64url");
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}
