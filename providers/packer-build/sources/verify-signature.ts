import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { FleetError } from "#model/errors";
import { ifPresent } from "#store/errors";
import { baseEnvironment, exec, type ExecResult } from "#providers/shared/exec";
import { listedDigests } from "#providers/packer-build/sources/digest-list";
import { signatureVerdicts, type SignatureVerdict } from "#providers/packer-build/sources/signature-status";
import { fetchSmallFile } from "#providers/packer-build/sources/small-file";
import type { SignatureFacts } from "#providers/packer-build/sources/source-facts";
import type { SourceRequest } from "#providers/packer-build/sources/source-request";

const systemKeyrings = "/usr/share/keyrings";

/**
 * Proves that the publisher signed the file at `path`, whose SHA-256 is verified already: directly, or by a signed list that has
 * its digest. The key must be exactly the one that the facts name, whatever other keys this machine trusts.
 * @throws FleetError
 */
export async function verifySignature(path: string, sha256: string, gpg: SignatureFacts, request: SourceRequest): Promise<void> {
  const dir = await mkdtemp(join(request.workDir, "gpg-"));
  try {
    request.progress(`verifying the signature of ${request.image}'s source`);
    const keyrings = await collectKeyrings(dir, gpg, request);
    const signature = join(dir, "signature");
    await fetchSmallFile(gpg.signatureUrl, signature, request);
    if (gpg.signedUrl === undefined) return await requireGood([signature, path], keyrings, dir, gpg, request);
    const list = await signedList(signature, keyrings, dir, { ...gpg, signedUrl: gpg.signedUrl }, request);
    await requireListed(list, path, sha256, { ...gpg, signedUrl: gpg.signedUrl }, request);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** @returns path of the list's content as it was signed. */
async function signedList(signature: string, keyrings: readonly string[], dir: string, gpg: SignatureFacts & { signedUrl: string }, request: SourceRequest): Promise<string> {
  const list = join(dir, "signed");
  if (gpg.signedUrl === gpg.signatureUrl) {
    // The list is inside its signature (clear-signed): only what gpgv writes out was signed, there may be text around it.
    await requireGood(["--output", list, signature], keyrings, dir, gpg, request);
  } else {
    await fetchSmallFile(gpg.signedUrl, list, request);
    await requireGood([signature, list], keyrings, dir, gpg, request);
  }
  return list;
}

async function requireListed(list: string, path: string, sha256: string, gpg: { signedUrl: string }, request: SourceRequest): Promise<void> {
  const digests = listedDigests(await readFile(list, "utf8")).map(({ digest }) => digest);
  if (digests.includes(sha256)) return;
  if (digests.some((digest) => digest.length === 128) && digests.includes(await sha512(path, request))) return;
  throw refused(request, gpg.signedUrl, digests.length === 0 ? "it is signed, but lists no SHA-256 or SHA-512 digests" : `it is signed, but lists ${digests.length} other digests and not that of the source`, "check that iso_gpg_signed_url belongs to iso_url");
}

async function requireGood(args: readonly string[], keyrings: readonly string[], dir: string, gpg: SignatureFacts, request: SourceRequest): Promise<void> {
  const options = keyrings.flatMap((keyring) => ["--keyring", keyring]);
  const result = await run("gpgv", ["--homedir", dir, "--status-fd", "1", ...options, ...args], dir, request);
  const verdicts = signatureVerdicts(result.stdout);
  const good = verdicts.filter(({ problem }) => problem === "");
  if (good.some(({ key, primary }) => key === gpg.fingerprint || primary === gpg.fingerprint)) return;
  throw refused(request, gpg.signatureUrl, ...explain(verdicts, good, gpg, request, result));
}

function explain(verdicts: readonly SignatureVerdict[], good: readonly SignatureVerdict[], gpg: SignatureFacts, request: SourceRequest, result: ExecResult): [string, string] {
  const ours = verdicts.find(({ key, primary }) => key === gpg.fingerprint || primary === gpg.fingerprint);
  const keyHint = `put the publisher's key at packer/keys/${gpg.fingerprint}.asc, or install its keyring package into ${request.keyringDir ?? systemKeyrings}`;
  if (good.length > 0) return [`it is signed by ${good.map(({ primary }) => primary).join(", ")}, not by ${gpg.fingerprint} as the OS facts pin it`, "compare the fingerprint with the one that the publisher announces; do not take over an unknown one"];
  if (ours) return [ours.problem, ours.problem.includes("not known") ? keyHint : "get the source again from its publisher; if the publisher has extended or replaced the key, update the key file and iso_gpg_fingerprint"];
  const unknown = verdicts.find(({ problem }) => problem !== "");
  if (unknown) return [`${unknown.problem}${unknown.key ? ` (${unknown.key}; the OS facts pin ${gpg.fingerprint})` : ""}`, keyHint];
  return [`it holds no signature that gpgv can read: ${result.tail.filter((line) => !line.startsWith("[GNUPG:]")).join("; ")}`, "check iso_gpg_signature_url in the OS facts"];
}

/** The project's own key file, else all keyrings of the system: which key it has to be is decided by the fingerprint. */
async function collectKeyrings(dir: string, gpg: SignatureFacts, request: SourceRequest): Promise<string[]> {
  if (request.keyFile !== undefined && (await ifPresent(stat(request.keyFile)))) {
    const keyring = join(dir, "key.gpg"); // gpgv reads binary keyrings only
    const armoured = (await readFile(request.keyFile)).subarray(0, 512).includes("-----BEGIN PGP");
    if (!armoured) return [request.keyFile];
    const result = await run("gpg", ["--homedir", dir, "--batch", "--no-tty", "--output", keyring, "--dearmor", request.keyFile], dir, request);
    if (!result.ok) throw refused(request, request.keyFile, `gpg cannot read the key file: ${result.tail.join("; ")}`, `export it again: gpg --armor --export ${gpg.fingerprint}`);
    return [keyring];
  }
  const keyringDir = request.keyringDir ?? systemKeyrings;
  const names = (await ifPresent(readdir(keyringDir))) ?? [];
  const keyrings = names.filter((name) => /\.(gpg|pgp)$/.test(name)).sort().map((name) => join(keyringDir, name));
  if (keyrings.length > 0) return keyrings;
  throw refused(request, keyringDir, "there is no key file and no system keyring to check the signature with", `put the publisher's key at packer/keys/${gpg.fingerprint}.asc`);
}

async function sha512(path: string, request: SourceRequest): Promise<string> {
  const result = await run("sha512sum", ["--binary", path], request.workDir, request);
  if (!result.ok) throw refused(request, path, `sha512sum failed: ${result.tail.join("; ")}`, "check the disk");
  return result.stdout.replace(/^\\/, "").split(" ")[0]!;
}

async function run(program: string, args: readonly string[], home: string, request: SourceRequest): Promise<ExecResult> {
  const env = { ...baseEnvironment(), HOME: home, GNUPGHOME: home, LC_ALL: "C" };
  const result = await exec(program, args, { env, signal: request.signal, registry: request.registry });
  request.signal.throwIfAborted();
  if (result.ended === "not found") throw refused(request, program, "the program is not on PATH", "npm run setup, or by hand: apt-get install gpg gpgv coreutils");
  return result;
}

function refused(request: SourceRequest, place: string, cause: string, hint: string): FleetError {
  return new FleetError({ action: `verify the signature of the source of ${request.image}`, place, cause, hint });
}
