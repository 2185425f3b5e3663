import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { awsClients, forgetAwsClients } from "#providers/shared/aws/clients";

const access = { site: "aws-main", region: "eu-central-1" };
const context = { access, action: "send tiny@1 to aws-main" };
const credentials = { accessKeyId: "AKIAIMAGEFLEETTEST00", secretAccessKey: "secret", sessionToken: "token" };

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

let server: Server;
let received: Received[];
let refusals: { status: number; name: string }[];

beforeEach(async () => {
  [received, refusals] = [[], []];
  server = createServer((request, response) => void buffer(request).then((body) => {
    received.push({ path: request.url!, headers: request.headers, body });
    const refusal = refusals.shift();
    if (refusal) response.writeHead(refusal.status, { "x-amzn-errortype": refusal.name }).end(JSON.stringify({ message: "no" }));
    else response.writeHead(201, { "x-amz-checksum": request.headers["x-amz-checksum"] }).end();
  }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("AWS_ACCESS_KEY_ID", credentials.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey);
  vi.stubEnv("AWS_SESSION_TOKEN", credentials.sessionToken);
  forgetAwsClients();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  forgetAwsClients();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function block(index: number, SnapshotId = "snap-1") {
  const bytes = randomBytes(512 * 1024);
  return { SnapshotId, index, bytes, digest: createHash("sha256").update(bytes).digest() };
}

/** What the signature must be, by all that was signed. */
async function signatureOf({ path, headers }: Received): Promise<string | undefined> {
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? "")![1]!.split(";");
  const signer = new SignatureV4({ service: "ebs", region: access.region, credentials, sha256: awsClients(access).ebs.config.sha256 });
  const signed = await signer.sign({ method: "PUT", protocol: "http:", hostname: "127.0.0.1", path, query: {}, headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])) }, { signingDate: instant(String(headers["x-amz-date"])) });
  return signed.headers["authorization"];
}

function instant(text: string): Date {
  return new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

test("what is made after the SDK's request is as the SDK's, for another block and snapshot, and signed as it should be", async () => {
  const { blocks } = awsClients(access);
  const sent = [block(7), block(8), block(9, "snap-2")];
  for (const one of sent) await blocks.put(one, context);
  expect(received.map(({ path }) => path)).toEqual(["/snapshots/snap-1/blocks/7", "/snapshots/snap-1/blocks/8", "/snapshots/snap-2/blocks/9"]);
  expect(received.map(({ headers }) => "amz-sdk-request" in headers)).toEqual([true, false, false]);
  const own = (name: string): boolean => /^(amz-sdk-.*|authorization|x-amz-(date|checksum|content-sha256))$/.test(name);
  const shared = ({ headers }: Received) => Object.fromEntries(Object.entries(headers).filter(([name]) => !own(name)));
  for (const [at, one] of received.entries()) {
    expect(one.body.equals(sent[at]!.bytes)).toBe(true);
    expect(one.headers).toMatchObject({ "x-amz-checksum": sent[at]!.digest.toString("base64"), "x-amz-content-sha256": sent[at]!.digest.toString("hex"), "x-amz-data-length": "524288" });
    expect(shared(one)).toEqual(shared(received[0]!));
    expect(one.headers.authorization).toBe(await signatureOf(one));
  }
});

test("what was refused is judged by the SDK: tried again or not, and no request is made twice for it", async () => {
  const { blocks } = awsClients(access);
  await blocks.put(block(0), context);
  refusals.push({ status: 400, name: "RequestThrottledException" }, { status: 503, name: "InternalServerException" });
  await blocks.put(block(1), context);
  expect(received).toHaveLength(4);
  expect(blocks.pace.perSecond).toBeLessThan(1_000);
  refusals.push({ status: 403, name: "AccessDeniedException" });
  await expect(blocks.put(block(2), context)).rejects.toThrow(/ebs:PutSnapshotBlock failed: AccessDeniedException: no/);
  expect(received).toHaveLength(5);
});
