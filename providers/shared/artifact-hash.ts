import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { Semaphore } from "async-mutex";
import { FleetError } from "#model/errors";
import { releaseName, type Artifact, type FormatRecord, type ReleaseId } from "#model/release";
import type { Store } from "#store/store";
import { cacheDir } from "#providers/shared/project";

export interface HashRequest {
  readonly store: Store;
  readonly id: ReleaseId;
  /** Name of the format. */
  readonly format: string;
  /** Of the sealed artifact, or the beginning of it. */
  readonly sha256: string;
  /** As Node and OpenSSL call it: `sha512`. */
  readonly algorithm: string;
  readonly progress: (text: string) => void;
  /** For messages: `check debian-12@2026.1101.2 on north`. */
  readonly action: string;
}

type Message = { progress: { bytes: number; total: number } } | { done: { sha256: string; digest: string } };

const underway = new Map<string, Promise<string>>();
/** One reader keeps a disk busy. */
const one = new Semaphore(1);

/**
 * Digest of a sealed artifact by an algorithm that a site uses, read once on this machine and remembered by its SHA-256.
 * @returns lower-case hexadecimal digits.
 * @throws FleetError where the store does not have just those bytes.
 */
export async function artifactHash(request: HashRequest): Promise<string> {
  const artifact = await sealedArtifact(request);
  const file = fileOf(artifact.sha256, request.algorithm);
  const known = underway.get(file) ?? remembered(file, artifact, request).finally(() => underway.delete(file));
  underway.set(file, known);
  return known;
}

/** The artifact of a format as the store's record has it. @throws FleetError where it is another than what was declared. */
export async function sealedArtifact(request: Omit<HashRequest, "algorithm">): Promise<Artifact> {
  const { store, id, format, sha256 } = request;
  const record = await store.record<FormatRecord>(id, `formats/${format}`);
  if (!record) throw failure(request, `the store does not have ${releaseName(id)} as ${format}`);
  const { artifact } = record;
  if (!artifact.sha256.startsWith(sha256)) throw failure(request, `${artifact.name} has SHA-256 ${artifact.sha256}, not ${sha256}`);
  return artifact;
}

async function remembered(file: string, artifact: Artifact, request: HashRequest): Promise<string> {
  const known = await digestIn(file);
  if (known !== undefined) return known;
  const path = await request.store.open(request.id, `formats/${request.format}`, artifact.name);
  const found = await one.runExclusive(() => hashes(path, request.algorithm, request.progress));
  if (found.sha256 !== artifact.sha256) throw failure(request, `${artifact.name} has SHA-256 ${found.sha256}, not ${artifact.sha256}`);
  await remember(file, found.digest);
  return found.digest;
}

function failure({ action, store, id }: Pick<HashRequest, "action" | "store" | "id">, cause: string): FleetError {
  return new FleetError({ action, place: store.location, cause, hint: `npm run store -- verify ${releaseName(id)}` });
}

function hashes(path: string, algorithm: string, progress: (text: string) => void): Promise<{ sha256: string; digest: string }> {
  const worker = new Worker(new URL("./artifact-hash-worker.ts", import.meta.url), { workerData: { path, algorithm }, execArgv: [], env: {} });
  return new Promise((resolve, reject) => {
    worker.on("message", (message: Message) => {
      if ("done" in message) resolve(message.done);
      else progress(`reading the artifact: ${Math.floor((message.progress.bytes / message.progress.total) * 100)} %`);
    });
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`the worker that reads ${path} ended early (exit ${code})`)));
  });
}

async function remember(file: string, digest: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}`;
  try {
    await mkdir(join(file, ".."), { recursive: true });
    await writeFile(temporary, digest);
    await rename(temporary, file);
  } catch {
    // a read-only or full home directory: the artifact is read again next time
  }
}

/** The same where it is remembered; nothing is read for it. */
export async function rememberedHash(sha256: string, algorithm: string): Promise<string | undefined> {
  return digestIn(fileOf(sha256, algorithm));
}

function fileOf(sha256: string, algorithm: string): string {
  return join(cacheDir(), "digests", algorithm, sha256);
}

async function digestIn(file: string): Promise<string | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  return /^[0-9a-f]{32,}$/.test(text) ? text : undefined;
}
