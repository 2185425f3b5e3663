import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { requestDocument, type AnswerDocument, type PublishRequest } from "#model/request";
import { openStore } from "#store/open";
import type { Store } from "#store/store";
import { findRequests } from "#providers/publish-request/find-requests";
import { requireRequest } from "#providers/publish-request/require-request";
import { requestStatement } from "#providers/publish-request/statement";
import { statusOf } from "#providers/publish-request/status";
import { createKeyFile } from "#providers/seal/create-key-file";
import { openEnvelope, sealedEnvelope } from "#providers/seal/dsse";
import { signingKey, type SigningKey } from "#providers/seal/signing-key";

const place = { channel: "stable", image: "tiny" };
const asked: PublishRequest = { ...place, version: "2026.1101.2", sha256: "ab".repeat(32), stack: "images/dev", since: "2026-11-02T00:00:00.000Z", expires: "2099-01-01T00:00:00.000Z" };
const config = { from: ["images/dev", "images/lab"], keys: ["dev.pub.asc"] };

let dir: string;
let store: Store;
let dev: SigningKey;
let stranger: SigningKey;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-requests-"));
  vi.spyOn(process, "cwd").mockReturnValue(dir);
  [dev, stranger] = [await newKey("dev"), await newKey("stranger")];
});
beforeEach(async () => {
  await rm(join(dir, "store"), { recursive: true, force: true });
  store = openStore(join(dir, "store"));
});
afterAll(async () => {
  vi.restoreAllMocks();
  await rm(dir, { recursive: true, force: true });
});

async function newKey(name: string): Promise<SigningKey> {
  await createKeyFile(join(dir, `${name}.asc`));
  return signingKey({ key: `${name}.asc`, createKey: false, trust: [] }, "sign");
}

async function write(request: PublishRequest, { key = dev, to = request }: { key?: SigningKey; to?: PublishRequest } = {}, change: (envelope: Record<string, unknown>) => void = () => undefined): Promise<void> {
  const envelope = JSON.parse(await sealedEnvelope(requestStatement(request), key)) as Record<string, unknown>;
  change(envelope);
  await store.replaceDocument(requestDocument(to), { schemaVersion: 1, image: to.image, version: to.version, envelope });
}

const problems = async () => (await findRequests(store, config, place, "look")).map(({ problem }) => problem);
const required = (last?: string, wanted: Partial<PublishRequest> = {}) => requireRequest(store, config, { ...asked, ...wanted }, { action: "move stable", last });

test("what a trusted key has signed for this place counts, and says when it was asked", async () => {
  expect(await findRequests(store, config, place, "look")).toEqual([]);
  await write(asked);
  expect(await findRequests(store, config, place, "look")).toEqual([{ ...place, stack: "images/dev", says: asked }]);
  expect(await required()).toBe(asked.since);
  expect(await required(asked.since)).toBe(asked.since);
});

test("a stranger's, an edited one, one of another place and what is no request do not count, and each is told apart", async () => {
  await write(asked, { key: stranger });
  expect(await problems()).toEqual([expect.stringMatching(/^unknown key: it is signed by [0-9A-F]{40}/)]);
  await write(asked, {}, (envelope) => (envelope["payload"] = Buffer.from(JSON.stringify(requestStatement({ ...asked, version: "2026.1101.3" }))).toString("base64")));
  expect(await problems()).toEqual([expect.stringMatching(/^bad signature: /)]);
  await write({ ...asked, channel: "candidate" }, { to: asked });
  expect(await problems()).toEqual(["requests/images/dev/stable/tiny is signed for the channel candidate, not stable"]);
  await write(asked, { to: { ...asked, stack: "images/lab" } });
  expect(await problems()).toEqual([expect.stringMatching(/^bad|channel candidate/), "requests/images/lab/stable/tiny is signed for the stack images/dev, not images/lab"]);
  const seal = await sealedEnvelope({ _type: "https://in-toto.io/Statement/v1", subject: [], predicateType: "https://slsa.dev/provenance/v1", predicate: {} }, dev);
  expect(openEnvelope(seal)).toBeDefined();
  await store.replaceDocument(requestDocument(asked), { schemaVersion: 1, image: "tiny", version: asked.version, envelope: JSON.parse(seal) as object });
  expect((await problems())[0]).toBe("requests/images/dev/stable/tiny is no signed request");
  await expect(required()).rejects.toThrow(/is no signed request; nothing was moved\n.*let one of images\/dev, images\/lab ask for 2026\.1101\.2/);
});

test("two stacks that ask for one channel are both refused", async () => {
  await write(asked);
  await write({ ...asked, stack: "images/lab", version: "2026.1101.1" });
  expect(new Set(await problems())).toEqual(new Set(["images/dev and images/lab ask for stable of tiny: one stack alone may"]));
});

test("nothing moves by a request for another release, an expired one, or one that is older than what was carried out", async () => {
  await write(asked);
  await expect(required(undefined, { version: "2026.1101.1" })).rejects.toThrow(/images\/dev asks for the version 2026\.1101\.2, not 2026\.1101\.1; nothing was moved/);
  await expect(required(undefined, { sha256: "cd".repeat(32) })).rejects.toThrow(/asks for the sha256 abab/);
  await expect(required("2026-11-03T00:00:00.000Z")).rejects.toThrow(/the request for 2026\.1101\.2 is of 2026-11-02T00:00:00.000Z, and one of 2026-11-03T00:00:00.000Z has been carried out since/);
  await write({ ...asked, expires: "2026-11-02T00:00:01.000Z" });
  await expect(required()).rejects.toThrow(/the request for 2026\.1101\.2 expired on 2026-11-02T00:00:01.000Z/);
  expect(await requireRequest(store, config, asked, { action: "add a wave", begun: true })).toBe(asked.since);
});

test("what has become of a request is told from the answer to that very request", () => {
  const answer: AnswerDocument = { schemaVersion: 1, asked: asked.since, version: asked.version, outcome: "carried out", lagging: [], stack: "images/prod", at: "2026-11-02T01:00:00.000Z" };
  const now = Date.parse("2026-11-05T00:00:00Z");
  const status = (more?: Partial<AnswerDocument>, points = asked.version, request: Partial<PublishRequest> = {}) => statusOf({ ...asked, ...request }, more && { ...answer, ...more }, { version: points, stack: "images/prod" }, now);
  expect(status()).toEqual({ status: "asked", text: "asked on 2026-11-02T00:00:00.000Z, until 2099-01-01T00:00:00.000Z; nobody has carried it out yet" });
  expect(status({ asked: "2026-11-01T00:00:00.000Z" }).status).toBe("asked");
  expect(status({})).toEqual({ status: "carried out", text: "carried out by images/prod on 2026-11-02T01:00:00.000Z" });
  expect(status({ lagging: ["edge: it does not answer"] }).text).toContain("lags on edge: it does not answer");
  expect(status({}, "2026.1101.3")).toEqual({ status: "superseded", text: "superseded: images/prod points stable at 2026.1101.3" });
  expect(status({ outcome: "refused", why: "it is revoked" }).text).toBe("refused by images/prod on 2026-11-02T01:00:00.000Z: it is revoked");
  expect(status({ outcome: "failed" }).status).toBe("failed");
  expect(status({ outcome: "refused" }, undefined, { expires: "2026-11-04T00:00:00.000Z" }).status).toBe("expired");
  expect(status({}, undefined, { expires: "2026-11-04T00:00:00.000Z" }).status).toBe("carried out");
});
