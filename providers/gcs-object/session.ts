import { GcpError } from "#providers/shared/gcp/gcp-error";
import { gcpFault } from "#providers/shared/gcp/gcp-fault";
import { endpointOf, serviceNames } from "#providers/shared/gcp/endpoints";
import type { Gcp } from "#providers/shared/gcp/open-gcp";
import { busy, type Answer } from "#providers/shared/gcp/send";
import { storedObject, type StoredObject } from "#providers/shared/gcp/storage";

export interface Target {
  readonly gcp: Gcp;
  readonly bucket: string;
  /** Of the object. */
  readonly name: string;
  readonly bytes: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** Of the object that may be replaced; `0` where there must be none. */
  readonly generation: string;
}

/** What Cloud Storage has of an upload. */
export type Received =
  | { readonly object: StoredObject }
  /** Bytes that it keeps. */
  | { readonly offset: number }
  /** The session has ended, or somebody else has written the object: it is begun anew. */
  | { readonly gone: true }
  /** Nothing is known: asked again after so many milliseconds, where the service said how many. */
  | { readonly trouble: string; readonly afterMs?: number };

const permission = "storage.objects.create";
const contentType = "application/gzip";
/** A chunk of 16 MiB takes so long at 64 KiB/s. Milliseconds. */
const chunkMs = 256_000;
const silenceMs = 60_000;

/** @returns the address of a new session: a credential. */
export async function beginSession(target: Target): Promise<string> {
  const { gcp, bucket, name, bytes, metadata, generation } = target;
  const query = new URLSearchParams({ uploadType: "resumable", name, ifGenerationMatch: generation });
  const headers = { "x-upload-content-type": contentType, "x-upload-content-length": String(bytes) };
  const json = { name, contentType, metadata };
  const { headers: answered } = await gcp.request({ service: "upload", method: "POST", path: `b/${encodeURIComponent(bucket)}/o`, query, headers, json, action: actionOf(target), permission });
  const { location } = answered;
  if (typeof location !== "string" || !URL.canParse(location) || !isTrusted(new URL(location))) {
    throw new GcpError({ action: actionOf(target), place: gcp.place, cause: "Cloud Storage gave no address to send to that is its own", hint: "check GOOGLE_STORAGE_CUSTOM_ENDPOINT and the proxy" });
  }
  return location;
}

/** Asks how much has arrived. */
export function askReceived(target: Target, session: string): Promise<Received> {
  return put(target, session, { range: `*/${target.bytes}`, body: Buffer.alloc(0) });
}

export function sendChunk(target: Target, session: string, offset: number, chunk: Buffer): Promise<Received> {
  return put(target, session, { range: `${offset}-${offset + chunk.length - 1}/${target.bytes}`, body: chunk });
}

/** The bytes that have arrived are dropped. Cloud Storage answers 499. */
export async function cancelSession(gcp: Gcp, session: string): Promise<void> {
  const patience = { retries: 0 };
  await gcp.request({ service: "upload", method: "DELETE", path: new URL(session), body: Buffer.alloc(0), patience, action: "give up an upload", permission, also: [204, 400, 404, 410, 499, 501] }).catch(() => undefined); // it ends by itself within a week
}

async function put(target: Target, session: string, { range, body }: { range: string; body: Buffer }): Promise<Received> {
  const { gcp } = target;
  const patience = { answerMs: chunkMs, silenceMs, retries: 0 }; // what to send next is asked first: see upload.ts
  try {
    const answer = await gcp.request({ service: "upload", method: "PUT", path: new URL(session), headers: { "content-range": `bytes ${range}` }, body, patience, action: actionOf(target), permission, also: [308, 404, 410, 412, ...busy] });
    return understood(target, answer);
  } catch (error) {
    if (error instanceof GcpError && error.status === undefined) return { trouble: error.fault.cause };
    throw error;
  }
}

function understood(target: Target, answer: Answer): Received {
  const { status, headers, body } = answer;
  if (status === 200 || status === 201) return { object: storedObject(target.gcp, body) };
  if (status === 308) return { offset: received(headers["range"]) };
  if (status === 404 || status === 410 || status === 412) return { gone: true };
  const { place } = target.gcp;
  const seconds = Number(headers["retry-after"]);
  return { trouble: gcpFault(answer, { action: actionOf(target), permission, place, service: serviceNames.upload }).fault.cause, ...(seconds > 0 && { afterMs: Math.min(seconds, 60) * 1000 }) };
}

/** `bytes=0-262143`; absent as long as nothing was kept. */
function received(range: string | string[] | undefined): number {
  const [, last] = /^bytes=0-(\d+)$/.exec(String(range)) ?? [];
  return last === undefined ? 0 : Number(last) + 1;
}

/** What is sent must not go elsewhere because an answer says so. */
function isTrusted({ origin, protocol, hostname }: URL): boolean {
  return origin === new URL(endpointOf("upload")).origin || (protocol === "https:" && hostname.endsWith(".googleapis.com"));
}

export function actionOf({ bucket, name }: Pick<Target, "bucket" | "name">): string {
  return `send gs://${bucket}/${name}`;
}
