import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GcpSite } from "#model/config/sites/gcp";
import { startStrictServer, type Answer, type Handle, type StrictServer } from "../strict-proxy.ts";
import { CloudStorage } from "./cloud-storage.ts";
import { ComputeEngine } from "./compute-engine.ts";
import { ComputeState } from "./compute-state.ts";
import { readDiskArchive } from "./disk-archive.ts";
import { startFakeGcs, type FakeGcs } from "./fake-gcs.ts";
import { GoogleError } from "./google-error.ts";
import { Metadata } from "./metadata.ts";
import { OutOfBand } from "./out-of-band.ts";
import { objectPath } from "./upload-sessions.ts";

export interface GcpOptions {
  /** Told every call, and what takes long: the first run on a machine installs fake-gcs-server. */
  readonly log?: (line: string) => void;
  /** Before each answer of Cloud Storage and Compute Engine. Default 0. */
  readonly latencyMs?: number;
  /** Default an hour. */
  readonly tokenSeconds?: number;
  /** How long Compute Engine takes for a change, in milliseconds. Default 50. */
  readonly operationMs?: number;
  /** Images on a page of a list at most. Default 500. */
  readonly pageSize?: number;
}

/** A project of Google Cloud with a bucket. */
export interface Gcp {
  /** Variables for clients and the engine. */
  readonly env: Readonly<Record<string, string>>;
  /** What a site's configuration says of it. */
  readonly site: Pick<GcpSite, "project" | "bucket">;
  /** Each counts its calls, and does to them what a test asks for. */
  readonly storage: StrictServer;
  readonly compute: StrictServer;
  readonly metadataServer: StrictServer;
  readonly metadata: Metadata;
  /** Sessions of uploads that have been begun. */
  readonly sessionsBegun: number;
  /** Bytes of uploads that were neither finished nor given up. */
  readonly partsKept: number;
  /** All open sessions of uploads end: 410. */
  expireSessions(): void;
  /** Nobody has the permission any more: `compute.images.create`, `storage.objects.delete`. */
  deny(permission: string): void;
  allow(permission: string): void;
  /** What others do behind the program's back. */
  readonly outOfBand: OutOfBand;
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

const site = { project: "imagefleet-tests", bucket: "imagefleet-tests-import" };

/** Starts it on free ports of 127.0.0.1, until `stop` or until the test ends. */
export async function startGcp({ log, latencyMs = 0, tokenSeconds = 3600, operationMs = 50, pageSize = 500 }: GcpOptions = {}): Promise<Gcp> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-gcp-"));
  const closing: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const fake = await startFakeGcs(dir, log ?? console.log);
    closing.push(() => fake.service.stop());
    await fake.call("POST", `/storage/v1/b?project=${site.project}`, { "content-type": "application/json" }, Buffer.from(JSON.stringify({ name: site.bucket })));
    const serve = async (handle: Handle, latencyMs = 0): Promise<StrictServer> => {
      const server = await startStrictServer(handle, { log, latencyMs, busy });
      closing.push(() => server.close());
      return server;
    };
    const denied = new Set<string>();
    const metadata = new Metadata(site.project, tokenSeconds);
    const metadataServer = await serve((call) => metadata.handle(call));
    const bucket = new CloudStorage(fake, metadata, denied);
    const storage = await serve((call) => bucket.handle(call), latencyMs);
    const state = new ComputeState(operationMs);
    const engine = new ComputeEngine({ state, metadata, denied, pageSize, readDisk: diskReader(fake, storage.url) });
    const compute = await serve((call) => engine.handle(call), latencyMs);
    engine.url = compute.url;
    return {
      env: {
        GCE_METADATA_HOST: new URL(metadataServer.url).host, GOOGLE_STORAGE_CUSTOM_ENDPOINT: `${storage.url}/storage/v1/`, GOOGLE_COMPUTE_CUSTOM_ENDPOINT: `${compute.url}/compute/v1/`, GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT: `${compute.url}/v1/`,
        CLOUDSDK_CONFIG: dir, // no credentials of whoever runs the tests
      },
      site, storage, compute, metadataServer, metadata,
      get sessionsBegun() { return bucket.sessions.begun; },
      get partsKept() { return bucket.sessions.kept; },
      expireSessions: () => bucket.sessions.expire(),
      deny: (permission) => void denied.add(permission),
      allow: (permission) => void denied.delete(permission),
      outOfBand: new OutOfBand(state, fake),
      pids: [fake.service.pid],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const sources = [/^https:\/\/storage\.googleapis\.com\/(?!storage\/v1\/)([^/]+)\/(.+)$/, /^(?:https:\/\/(?:www|storage)\.googleapis\.com|http:\/\/127\.0\.0\.1:\d+)\/storage\/v1\/b\/([^/]+)\/o\/(.+)$/, /^gs:\/\/([^/]+)\/(.+)$/, /^http:\/\/127\.0\.0\.1:\d+\/(?!storage\/v1\/)([^/]+)\/(.+)$/];

/** Reads the archives that Compute Engine is to make images of. */
function diskReader(fake: FakeGcs, own: string) {
  return async (source: string): Promise<{ archiveBytes: number; bytes: number }> => {
    const [, bucket, name] = sources.map((pattern) => pattern.exec(source)).find((match) => match !== null) ?? [];
    if (bucket === undefined || name === undefined || (source.startsWith("http:") && !source.startsWith(own))) throw new GoogleError(400, "invalid", `Invalid value for field 'resource.rawDisk.source': '${source}'. The provided source is not a supported URL of Google Cloud Storage.`);
    const { status, body } = await fake.call("GET", `${objectPath(bucket, decodeURIComponent(name))}?alt=media`);
    if (status !== 200) throw new GoogleError(404, "notFound", `The resource '${source}' of type 'GCS object' was not found`);
    const disk = await readDiskArchive(body);
    if ("fault" in disk) throw new GoogleError(400, "invalid", `The tar archive is not a valid image: ${disk.fault}`);
    return { archiveBytes: body.length, bytes: disk.bytes };
  };
}

function busy(retryAfter: number): Answer {
  return { ...new GoogleError(429, "rateLimitExceeded", "The rate of requests is over the quota.").answer(), headers: { "retry-after": String(retryAfter) } };
}
