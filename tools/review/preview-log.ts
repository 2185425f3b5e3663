import { readFile } from "node:fs/promises";
import { stripVTControlCharacters } from "node:util";
import { nameOf } from "../engine/events.ts";
import type { PolicyFinding } from "./review.ts";

type Values = Readonly<Record<string, unknown>>;

/** What the engine would do with one resource. */
export interface Step {
  readonly name: string;
  readonly type: string;
  /** `create`, `import`, `update`, `replace`, `delete`, `same`. */
  readonly op: string;
  readonly failed: boolean;
  /** Inputs as the state has them, and as they are declared. */
  readonly before?: Values;
  readonly after?: Values;
  /** Outputs as the state, or the refresh before the preview, has them. */
  readonly found?: Values;
}

export interface PreviewLog {
  readonly steps: readonly Step[];
  readonly policies: readonly PolicyFinding[];
  readonly errors: readonly string[];
}

interface State { readonly custom?: boolean; readonly id?: string; readonly inputs?: Values; readonly outputs?: Values }
interface Metadata { readonly op: string; readonly urn: string; readonly type: string; readonly old?: State | null; readonly new?: State | null }
interface Policy { readonly resourceUrn?: string; readonly message?: string; readonly policyName: string; readonly policyPackName: string; readonly enforcementLevel?: string; readonly before?: Values; readonly after?: Values }
interface Diagnostic { readonly message: string; readonly severity: string }
interface EngineEvent {
  readonly resOutputsEvent?: { readonly metadata: Metadata };
  readonly resOpFailedEvent?: { readonly metadata: Metadata };
  readonly diagnosticEvent?: Diagnostic;
  readonly errorEvent?: { readonly error: string };
  readonly policyEvent?: Policy;
  readonly policyRemediationEvent?: Policy;
}

/** Reads the event log of a preview (`--event-log`): a line of JSON each. A log that is not there says nothing. */
export async function readPreviewLog(file: string): Promise<PreviewLog> {
  const text = await readFile(file, "utf8").catch(() => "");
  const events = text.split("\n").flatMap((line) => parseLine(line) ?? []);
  return {
    steps: stepsOf(events),
    policies: unique(events.flatMap((event) => policyOf(event) ?? [])),
    errors: [...new Set(events.flatMap((event) => errorOf(event) ?? []))],
  };
}

/** A resource that is replaced has several steps; what a refresh before has said of it is in the steps that follow. */
function stepsOf(events: readonly EngineEvent[]): Step[] {
  const steps = new Map<string, Step>();
  for (const { resOutputsEvent, resOpFailedEvent } of events) {
    const metadata = (resOpFailedEvent ?? resOutputsEvent)?.metadata;
    if (!metadata || ["refresh", "read", "discard"].includes(metadata.op)) continue;
    if (isLeftOut(metadata)) continue;
    const known = steps.get(metadata.urn);
    if (known?.op === "replace" && metadata.op !== "replace") continue;
    const op = /replac/.test(metadata.op) ? "replace" : metadata.op;
    const [old, now] = [metadata.old ?? undefined, metadata.new ?? undefined];
    steps.set(metadata.urn, {
      name: nameOf(metadata.urn), type: metadata.type, op, failed: resOpFailedEvent !== undefined,
      before: old?.inputs ?? known?.before, after: op === "delete" ? undefined : (now?.inputs ?? known?.after), found: old?.outputs ?? known?.found,
    });
  }
  return [...steps.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a run leaves out and the state lacks is the same as nothing. */
function isLeftOut({ op, new: now }: Metadata): boolean {
  return op === "same" && now?.custom === true && !now.id;
}

/** A policy that could not put right what it found is as mandatory as one that does not try. */
function policyOf({ policyEvent, policyRemediationEvent }: EngineEvent): PolicyFinding | undefined {
  const event = policyEvent ?? policyRemediationEvent;
  if (!event) return undefined;
  const { policyName: policy, policyPackName: pack, resourceUrn, enforcementLevel = "mandatory" } = event;
  const level = policyEvent ? (enforcementLevel === "warning" ? "advisory" : enforcementLevel) : "remediated";
  const message = policyEvent ? plain(event.message ?? "") : `set ${changedNames(event.before, event.after).join(", ")}`;
  return { policy, pack, level, message, ...(resourceUrn && { resource: nameOf(resourceUrn) }), breach: !["advisory", "disabled", "remediated"].includes(level) };
}

function errorOf({ diagnosticEvent, errorEvent }: EngineEvent): string | undefined {
  if (errorEvent) return /^(preview|update) failed$/.test(plain(errorEvent.error)) ? undefined : plain(errorEvent.error);
  return diagnosticEvent?.severity === "error" ? plain(diagnosticEvent.message) : undefined;
}

/** Names of the members that differ. */
export function changedNames(before: Values = {}, after: Values = {}): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !name.startsWith("__"));
  return names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])).sort();
}

/** The engine writes colours as `<{%fg 1%}>`. */
function plain(text: string): string {
  return stripVTControlCharacters(text.replace(/<\{%.*?%\}>/g, "")).trim();
}

function unique(findings: readonly PolicyFinding[]): PolicyFinding[] {
  const byText = new Map(findings.map((finding) => [JSON.stringify(finding), finding]));
  return [...byText.values()].sort((a, b) => Number(b.breach) - Number(a.breach) || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function parseLine(line: string): EngineEvent | undefined {
  try {
    return JSON.parse(line) as EngineEvent;
  } catch {
    return undefined; // the last line of an engine that was killed
  }
}
