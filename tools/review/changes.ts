import { changedNames, type Step } from "./preview-log.ts";
import type { Change } from "./review.ts";

const words: Readonly<Record<string, string>> = { create: "add", import: "adopt", update: "change", replace: "replace", delete: "remove" };

/** Registrations that change, with what about them, and whatever else is not a release of its own: hooks, libraries, definitions, revocations. */
export function changes(steps: readonly Step[]): Change[] {
  return steps.filter((step) => step.op !== "same" && isTold(step)).map((step) => {
    const { name, op, before, after, found } = step;
    const state = String(found?.["state"] ?? "");
    const changed = ["update", "replace"].includes(op) ? changedNames(before, after) : [];
    const drifted = op === "update" && changed.length === 0;
    return { name, deed: drifted ? "repair" : (words[op] ?? op), what: drifted ? (state === "correct" ? "" : state) : changed.join(", ") };
  });
}

/** Builds, gates, formats, holds and channels have sections of their own, or none; so have releases that come and go, with their shares. */
function isTold({ name, type, op }: Step): boolean {
  if (/^pulumi:|^imagefleet:/.test(type) || /^(hold|inspection|format|publication|channel|request|answer)\//.test(name) || /^[^/]+@[^/]+$/.test(name)) return false;
  return ["update", "replace"].includes(op) || !/@[^/]+\//.test(name);
}
