/**
 * Azure on loopback: azurite behind a strict proxy (blobs), and stand-ins for Azure Resource Manager and for the managed
 * identity that gives tokens.
 *
 * Where a client finds the blobs: it asks Resource Manager, as for any account whose address does not follow from its name
 * (accounts with DNS zone endpoints, sovereign and stack clouds, private link):
 *
 *   GET {resourceManager}/subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.Storage/storageAccounts/{a}?api-version=2023-05-01
 *   -> { location, properties: { primaryEndpoints: { blob: "https://127.0.0.1:40001/{a}/" } } }
 *
 * In Azure that is `https://{a}.blob.core.windows.net/`; here it has a path, since no name below localhost resolves everywhere
 * and `a.blob.127.0.0.1` is no host name. `new URL("container/blob", endpoint)` suits both. Needs
 * Microsoft.Storage/storageAccounts/read, which Reader has. The suffix in /metadata/endpoints is a name that does not resolve.
 *
 * Tokens: IDENTITY_ENDPOINT answers `?resource={audience}&api-version=2019-08-01` with the header X-IDENTITY-HEADER; audiences are
 * `https://storage.azure.com/` for blobs and the `authentication.audiences[0]` of /metadata/endpoints for Resource Manager.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import type { AzureSite } from "#model/config/sites/azure";
import { forward } from "../forward.ts";
import { startStrictServer, type StrictServer } from "../strict-proxy.ts";
import { Arm } from "./arm.ts";
import { ArmError, invalid } from "./arm-error.ts";
import { ArmState } from "./arm-state.ts";
import { startAzurite, type Azurite } from "./azurite.ts";
import { refuseBlobCall, storageError } from "./blob-rules.ts";
import { makeCertificate } from "./certificate.ts";
import { readFixedVhd } from "./fixed-vhd.ts";
import { GalleryImages } from "./gallery-images.ts";
import { GalleryImageVersions } from "./gallery-image-versions.ts";
import { givenTypes } from "./given.ts";
import { Identity } from "./identity.ts";
import { ManagedImages } from "./managed-images.ts";
import { OutOfBand } from "./out-of-band.ts";

export interface AzureOptions {
  /** Told every call. */
  readonly log?: (line: string) => void;
  /** Before each answer of blobs and Resource Manager. Default 0. */
  readonly latencyMs?: number;
  /** Default an hour. */
  readonly tokenSeconds?: number;
  /** How long Resource Manager takes for a change, in milliseconds. Default 50. */
  readonly operationMs?: number;
  /** Resources on a page of a list. Default 50. */
  readonly pageSize?: number;
  /** Containers that are there. Default `["imagefleet"]`. */
  readonly containers?: readonly string[];
}

/** A subscription with a resource group, a storage account and a gallery. */
export interface Azure {
  /** Variables for clients and the engine. */
  readonly env: Readonly<Record<string, string>>;
  /** What a site's configuration says of it. */
  readonly site: Pick<AzureSite, "subscription" | "resourceGroup" | "location" | "storageAccount" | "container"> & { readonly gallery: string };
  /** Where the blobs are; ends with a slash. */
  readonly blobEndpoint: string;
  /** Each counts its calls, and does to them what a test asks for. */
  readonly blobs: StrictServer;
  readonly arm: StrictServer;
  readonly identities: StrictServer;
  readonly identity: Identity;
  /** Nobody may do this any more: `Microsoft.Compute/galleries/images/versions/write`, or a data action of blobs. */
  deny(action: string): void;
  allow(action: string): void;
  /** What others do behind the program's back; the ids are Resource Manager's. */
  readonly outOfBand: OutOfBand;
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

const location = "westeurope";
const site = { resourceGroup: "images", location, storageAccount: "imagefleettest", container: "imagefleet", gallery: "fleet" };

/** Starts it on free ports of 127.0.0.1, until `stop` or until the test ends. Needs openssl. */
export async function startAzure({ log, latencyMs = 0, tokenSeconds = 3600, operationMs = 50, pageSize = 50, containers = [site.container] }: AzureOptions = {}): Promise<Azure> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-azure-"));
  const closing: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const certificate = await makeCertificate(dir);
    const identity = new Identity(tokenSeconds);
    const azurite = await startAzurite({ account: site.storageAccount, dir, certificate, identity });
    closing.push(() => azurite.service.stop());
    for (const container of containers) await azurite.call("PUT", `${container}?restype=container`);
    const serve = async (handle: Parameters<typeof startStrictServer>[0], options: Partial<Parameters<typeof startStrictServer>[1]>): Promise<StrictServer> => {
      const server = await startStrictServer(handle, { log, busy: busyArm, ...options });
      closing.push(() => server.close());
      return server;
    };
    const denied = new Set<string>();
    const tls = { key: certificate.key, cert: certificate.cert };
    const blobs = await serve(async (call) => (call.cut ? { status: 0 } : refuseBlobCall(call, identity, denied) ?? forward(azurite.url, call)), { tls, latencyMs, busy: busyStorage });
    const blobEndpoint = `${blobs.url}/${site.storageAccount}/`;

    const state = new ArmState(operationMs);
    const subscription = randomUUID();
    const group = `/subscriptions/${subscription}/resourceGroups/${site.resourceGroup}`;
    const accountId = `${group}/providers/Microsoft.Storage/storageAccounts/${site.storageAccount}`;
    state.put({ id: accountId, name: site.storageAccount, type: "Microsoft.Storage/storageAccounts", location, tags: {}, properties: { provisioningState: "Succeeded", allowBlobPublicAccess: false, allowSharedKeyAccess: false, primaryEndpoints: { blob: blobEndpoint } } });
    state.put({ id: `${group}/providers/Microsoft.Compute/galleries/${site.gallery}`, name: site.gallery, type: "Microsoft.Compute/galleries", location, tags: {}, properties: { provisioningState: "Succeeded", identifier: { uniqueName: `${subscription}-${site.gallery.toUpperCase()}` } } });
    const reader = diskReader(azurite, blobEndpoint, accountId, state);
    const versions = new GalleryImageVersions(state, reader);
    const manager = new Arm({ state, identity, subscription, pageSize, groups: new Map([[site.resourceGroup, location]]), types: [...givenTypes, new GalleryImages(state), versions, new ManagedImages(state, (source, at) => reader({ ...source, storageAccountId: accountId }, at))] });
    const arm = await serve((call) => manager.handle(call), { tls, latencyMs });
    manager.url = arm.url;
    const identities = await serve((call) => identity.handle(call), {});
    return {
      env: { ARM_METADATA_HOSTNAME: new URL(arm.url).host, IDENTITY_ENDPOINT: `${identities.url}/msi/token`, IDENTITY_HEADER: identity.secret, NODE_EXTRA_CA_CERTS: certificate.certFile },
      site: { ...site, subscription }, blobEndpoint, blobs, arm, identities, identity,
      deny: (action) => void (manager.denied.add(action), denied.add(action)),
      allow: (action) => void (manager.denied.delete(action), denied.delete(action)),
      outOfBand: new OutOfBand(state, azurite, versions),
      pids: [azurite.service.pid],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Reads the disks that Compute is to make images of. */
function diskReader(azurite: Azurite, blobEndpoint: string, accountId: string, state: ArmState) {
  return async (source: { uri?: string; storageAccountId?: string; id?: string }, at: string): Promise<number> => {
    const account = source.storageAccountId ?? source.id;
    if (!source.uri) throw invalid("source.uri", "Required parameter 'source.uri' is missing (null).");
    if (account?.toLowerCase() !== accountId.toLowerCase()) throw new ArmError(400, "InvalidParameter", `The storage account of ${source.uri} is not given by its id: ${String(account)}`);
    if (!source.uri.startsWith(blobEndpoint)) throw new ArmError(400, "InvalidParameter", `The blob ${source.uri} is not in the storage account ${accountId}.`);
    if (state.get(accountId)?.location !== at) throw new ArmError(400, "InvalidParameter", `The storage account of ${source.uri} is in another location than ${at}.`);
    return readFixedVhd(azurite, source.uri.slice(blobEndpoint.length), source.uri);
  };
}

function busyStorage(retryAfter: number): ReturnType<typeof storageError> {
  return storageError(503, "ServerBusy", "The server is busy.", { "retry-after": String(retryAfter) });
}

function busyArm(retryAfter: number): ReturnType<typeof storageError> {
  return { status: 429, headers: { "retry-after": String(retryAfter) }, body: { error: { code: "TooManyRequests", message: "The request is being throttled as the limit has been reached." } } };
}
