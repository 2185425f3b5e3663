import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { readPreviewLog, type PreviewLog, type Step } from "../../../tools/review/preview-log.ts";

type Inputs = Record<string, unknown>;

export const types = {
  catalog: "pulumi-nodejs:dynamic/imagefleet:LocalCatalog", ami: "aws:ec2/ami:Ami", launch: "aws:ec2/amiLaunchPermission:AmiLaunchPermission", glance: "openstack:images/image:Image",
  member: "gcp:compute/imageIamMember:ImageIamMember", access: "openstack:images/imageAccess:ImageAccess", flip: "pulumi-nodejs:dynamic/imagefleet:ChannelFlip", status: "pulumi-nodejs:dynamic/imagefleet:ReleaseStatus",
} as const;

/** A step as `readPreviewLog` gives it. */
export function step(op: string, name: string, { type = types.catalog as string, before, after, found }: { type?: string; before?: Inputs; after?: Inputs; found?: Inputs } = {}): Step {
  return { op, name, type, failed: false, ...(before && { before }), ...(after && { after }), ...(found && { found }) };
}

export function urn(name: string, type: string = types.catalog): string {
  return `urn:pulumi:dev::imagefleet::imagefleet:index:OsImage$${type}::${name}`;
}

/** What is read of an event log with these lines. */
export async function logOf(...events: readonly (object | string)[]): Promise<PreviewLog> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-log-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await writeFile(join(dir, "log"), events.map((event) => (typeof event === "string" ? event : JSON.stringify(event))).join("\n"));
  return readPreviewLog(join(dir, "log"));
}

export function stepEvent(op: string, name: string, states: { old?: object; new?: object } = {}, type: string = types.catalog): object {
  return { resOutputsEvent: { metadata: { op, urn: urn(name, type), type, old: null, new: null, ...states } } };
}
