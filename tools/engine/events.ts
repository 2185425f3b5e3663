import { readFile } from "node:fs/promises";

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

interface Metadata {
  op: string;
  urn: string;
  type: string;
  old?: { inputs?: Record<string, unknown> };
  new?: { inputs?: Record<string, unknown> };
}

interface EngineEvent {
  resOutputsEvent?: { metadata: Metadata };
  resOpFailedEvent?: { metadata: Metadata };
}

/** Reads the engine's event log (a line of JSON each); refreshes are left out, a later event of a resource wins. */
export async function readEvents(file: string): Promise<ResourceEvent[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  const events = new Map<string, ResourceEvent>();
  for (const line of text.split("\n")) {
    const event = parseLine(line);
    const metadata = event?.resOpFailedEvent?.metadata ?? event?.resOutputsEvent?.metadata;
    if (!metadata || metadata.op === "refresh") continue;
    const { urn, type, op } = metadata;
    const inputs = metadata.new?.inputs ?? metadata.old?.inputs ?? {};
    events.set(urn, { urn, type, op, name: urn.split("::").slice(3).join("::"), failed: event?.resOpFailedEvent !== undefined, inputs });
  }
  return [...events.values()];
}

function parseLine(line: string): EngineEvent | undefined {
  try {
    return JSON.parse(line) as EngineEvent;
  } catch {
    return undefined; // the last line of an engine that was killed
  }
}
