import { nameOf, type Metadata } from "../engine/events.ts";
import { changedInputs } from "./changed-inputs.ts";
import { pointerFindings } from "./pointer-findings.ts";

/** From the least to the most telling: several things of a registration are as bad as the worst of them. */
export const states = ["correct", "unreachable", "unexpected", "incorrect", "missing"] as const;

export type DriftState = (typeof states)[number];

/** How one resource of the stack is found. */
export interface Finding {
  /** Name of the resource: `laptop/debian-12@2026.1101.2/qcow2`. */
  readonly name: string;
  /** `<site>`, `<site>/<vcenter>`, or `store`. */
  readonly place: string;
  /** Absent for what the registrations of a place share. */
  readonly image?: string;
  readonly version?: string;
  /** Of a pointer: the channel that should point at the release there, and the SHA-256 of the release's disk. */
  readonly channel?: string;
  readonly sha256?: string;
  readonly state: DriftState;
  /** What is wrong with it, or what it waits for, in words. */
  readonly what?: string;
}

/** What a refresh says of every resource that something outside holds; components and providers are nowhere else. */
export function findings(steps: readonly { readonly failed: boolean; readonly metadata: Metadata }[]): Finding[] {
  const last = new Map(steps.filter(({ failed, metadata }) => failed || metadata.op !== "refresh").map((step) => [step.metadata.urn, step]));
  return [...last.values()].filter(({ metadata: { type } }) => !/^pulumi:|^imagefleet:/.test(type)).flatMap(({ failed, metadata }) => {
    const name = nameOf(metadata.urn);
    const judged = judge(metadata, failed);
    return pointerFindings(name, metadata, judged) ?? [{ name, ...whereabouts(name), ...judged }];
  }).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function judge({ op, old, new: now }: Metadata, failed: boolean): Pick<Finding, "state" | "what"> {
  if (failed) return { state: "unreachable", what: "it cannot be read: see the engine's message above" };
  if (op === "delete") return { state: "missing" };
  const outputs = now?.outputs ?? {};
  // Ours say themselves how they found what they stand for, whether or not a former run has seen it already.
  if (typeof outputs["state"] === "string" && outputs["__provider"] !== undefined) return said(outputs["state"]);
  if (op === "same") return { state: "correct" };
  const changed = changedInputs(old?.inputs ?? {}, old?.outputs ?? {}, outputs);
  return changed.length > 0 ? { state: "incorrect", what: `changed: ${changed.join(", ")}` } : { state: "correct" };
}

/** `incorrect: raw truncated` */
function said(text: string): Pick<Finding, "state" | "what"> {
  const [, word, what = ""] = /^(\w+)(?::\s*(.*))?$/s.exec(text) ?? [];
  const state = states.find((one) => one === word);
  if (state === "correct" && what === "") return { state };
  return state ? { state, what } : { state: "incorrect", what: text };
}

/** Whose it is, from its name. */
function whereabouts(name: string): Pick<Finding, "place" | "image" | "version"> {
  const [, own] = /^(?:hold\/|inspection\/|publication\/|revocation\/|format\/[^/]+\/)?([^/]+@[^/]+)$/.exec(name) ?? [];
  if (own !== undefined) return { place: "store", ...release(own) };
  const [, place, registered] = /^(.+?)\/([^/@]+@[^/]+)\//.exec(name) ?? [];
  return place !== undefined && registered !== undefined ? { place, ...release(registered) } : { place: name.replace(/\/[^/]*$/, "") };
}

function release(text: string): { image: string; version: string } {
  const at = text.lastIndexOf("@");
  return { image: text.slice(0, at), version: text.slice(at + 1) };
}

/** The resource's name; of a pointer also where: `channel/stable/debian-12/wave-1 on frankfurt`. */
export function titleOf({ name, place, channel }: Finding): string {
  return channel === undefined ? name : `${name} on ${place}`;
}

/** What a finding is part of: an image and its check are one registration, `north/debian-12@2026.1101.2/qcow2`. */
export function registrationOf({ name, place, image, version }: Finding): string {
  const own = `${place}/${image}@${version}/`;
  return name.startsWith(own) ? own + name.slice(own.length).split("/")[0]! : name;
}
