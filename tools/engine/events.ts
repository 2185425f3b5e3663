import { createReadStream } from "node:fs";
import { access } from "node:fs/promises";
import { createInterface } from "node:readline";

/** What an update did to one resource. */
export interface ResourceEvent {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** `create`, `update`, `same`, `delete`, `refresh`, ... */
  readonly op: string;
  readonly failed: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
}

interface ResourceState {
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** What the engine says of a step. */
export interface Metadata {
  op: string;
  urn: string;
  type: string;
  old?: ResourceState;
  new?: ResourceState;
}

interface EngineEvent {
  resOutputsEvent?: { metadata: Metadata };
  resOpFailedEvent?: { metadata: Metadata };
}

/** Reads the engine's event log (a line of JSON each); refreshes are left out, a later event of a resource wins. */
export async function readEvents(file: string): Promise<ResourceEvent[]> {
  const events = new Map<string, ResourceEvent>();
  for (const { failed, metadata } of await readSteps(file)) {
    if (metadata.op === "refresh") continue;
    const { urn, type, op } = metadata;
    const inputs = metadata.new?.inputs ?? metadata.old?.inputs ?? {};
    events.set(urn, { urn, type, op, name: nameOf(urn), failed, inputs });
  }
  return [...events.values()];
}

/** Every step that ended, in order. */
export async function readSteps(file: string): Promise<{ readonly failed: boolean; readonly metadata: Metadata }[]> {
  const steps: { failed: boolean; metadata: Metadata }[] = [];
  const present = await access(file).then(() => true, () => false);
  if (!present) return steps;
  // a large stack's log has hundreds of megabytes, most of them of events that say what is about to be done
  for await (const line of createInterface({ input: createReadStream(file, { highWaterMark: 2 ** 20 }), crlfDelay: Infinity })) {
    if (!line.includes('"resOutputsEvent"') && !line.includes('"resOpFailedEvent"')) continue;
    const event = parseLine(line);
    const metadata = event?.resOpFailedEvent?.metadata ?? event?.resOutputsEvent?.metadata;
    if (metadata) steps.push({ failed: event?.resOpFailedEvent !== undefined, metadata });
  }
  return steps;
}

/** The name of a resource: what its URN ends with. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function parseLine(line: string): EngineEvent | undefined {
  try {
    return JSON.parse(line) as EngineEvent;
  } catch {
    return undefined; // the last line of an engine that was killed
  }
}
