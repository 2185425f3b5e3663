import type { ResourceEvent } from "./events.ts";

/** What an operation of the engine means for a kind of resource; what a refresh found wrong is made right by an update. */
type Words = Readonly<Record<string, string>>;
export const inspecting: Words = { same: "unchanged", create: "passed", update: "passed", replace: "passed", "create-replacement": "passed" };
export const converting: Words = { same: "unchanged", create: "sealed", update: "sealed", replace: "sealed", "create-replacement": "sealed" };
export const publishing: Words = { same: "unchanged", create: "published", update: "repaired", replace: "published", "create-replacement": "published", import: "found there", withdraw: "withdrawn", restore: "restored" };

/** `published` where all are, else `4 published, 1 failed`. */
export function tally(events: readonly ResourceEvent[], words: Words): string {
  const steps = events.filter(({ op }) => !["delete", "delete-replaced", "discard", "read", "refresh"].includes(op));
  const counted = [...Map.groupBy(steps, ({ failed, op }) => (failed ? "failed" : (words[op] ?? op)))];
  if (counted.length === 1) return steps.length === 1 ? counted[0]![0] : `${steps.length} ${counted[0]![0]}`;
  return counted.map(([word, { length }]) => `${length} ${word}`).join(", ");
}
