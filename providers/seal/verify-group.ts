import type { ReleaseId } from "#model/release";
import type { Digest } from "#store/digest";
import { groupPlace } from "#store/names";
import type { GroupName } from "#store/store";
import { sha256 } from "#model/build-key";
import { differsFromSigned, differsFromSums, parseRecord, type SealedRecord } from "#providers/seal/check-record";
import { checkSignature, type SignatureVerdict } from "#providers/seal/check-signature";
import type { GroupFiles } from "#providers/seal/group-files";
import { openStatement, type Statement } from "#providers/seal/open-statement";
import { FaultList, type SealFault } from "#providers/seal/seal-fault";
import { sealFiles, sealNames } from "#providers/seal/seal-names";
import { parseSums } from "#providers/seal/sums";
import type { TrustedKeys } from "#providers/seal/trusted-keys";

/** What a group must be, as far as that is known from where it lies. */
export interface Expected {
  readonly id?: ReleaseId;
  readonly group?: string;
  /** Names that may be there besides what is sealed, such as a catalog's own marker. */
  readonly beside?: readonly string[];
}

export interface GroupVerdict {
  readonly faults: readonly SealFault[];
  /** What the group's statement says, where a trusted key signed it. */
  readonly statement?: Statement;
  /** Fingerprint of the trusted key that signed the sums. */
  readonly signer?: string;
}

/**
 * Checks a sealed group: the signatures by a trusted key, every file against the signed sums, no file besides, and that the
 * record and the statement say what was signed. Never throws for what it finds.
 */
export async function verifyGroup(files: GroupFiles, trusted: TrustedKeys, expected: Expected = {}): Promise<GroupVerdict> {
  const list = new FaultList(files.place, expected.id, expected.group);
  const seal = await readSeal(files, trusted, list);
  if (!seal) return { faults: list.faults };
  const record = await readRecord(files, recordFileOf(expected, seal.statement, await files.names()), list);
  // Signed sums are the truth; where they are not sound, the record says at least which file is not as it was.
  const truth = seal.sums ?? (record.value ? new Map(record.value.artifacts.filter(({ name }) => name !== sealNames.sums && name !== sealNames.signature).map(({ name, sha256: digest }) => [name, digest])) : new Map<string, string>());
  const found = await readFiles(files, truth, seal.documents, list);
  if (record.value) checkRecord(record.value, record.file, seal, found, list);
  checkSeal(seal, list);
  if (seal.statement) checkStatement(seal.statement, expected, truth, list);
  await checkNames(files, new Set([...truth.keys(), ...sealFiles, record.file, ...(expected.beside ?? [])]), truth, list);
  return { faults: list.faults, ...(seal.statement && { statement: seal.statement }), ...(seal.signature?.good && { signer: seal.signature.fingerprint }) };
}

interface Seal {
  readonly documents: ReadonlyMap<string, Buffer>;
  readonly signature?: SignatureVerdict;
  readonly statementSignature?: SignatureVerdict;
  /** As signed by a trusted key. */
  readonly sums?: ReadonlyMap<string, string>;
  readonly statement?: Statement;
}

async function readSeal(files: GroupFiles, trusted: TrustedKeys, list: FaultList): Promise<Seal | undefined> {
  const documents = new Map<string, Buffer>();
  const missing: string[] = [];
  for (const name of sealFiles) {
    const bytes = await list.attempt(name, () => files.bytes(name));
    if (bytes) documents.set(name, bytes);
    else if (!list.has(name)) missing.push(name);
  }
  if (missing.length === sealFiles.length) {
    list.add(sealNames.sums, "unsealed", `there is no seal: no ${sealFiles.join(", ")}`, { hint: "only sealed formats are published; `npm run up` makes and seals what is missing" });
    return undefined;
  }
  for (const name of missing) list.add(name, "missing", "the file is missing");
  const [sums, signature, statement] = [documents.get(sealNames.sums), documents.get(sealNames.signature), documents.get(sealNames.statement)];
  const verdict = sums && signature && (await checkSignature(sums, signature.toString(), trusted));
  const opened = statement && (await openStatement(statement, trusted));
  const parsed = verdict?.good ? parseSums(sums!.toString()) : undefined;
  if (verdict?.good && !parsed) list.add(sealNames.sums, "unreadable", "it is signed, and no list of sums");
  return {
    documents, signature: verdict, statementSignature: opened?.signature,
    ...(parsed && { sums: new Map(parsed.map(({ name, sha256: digest }) => [name, digest])) }),
    ...(opened?.signature.good && opened.statement && { statement: opened.statement }),
  };
}

function recordFileOf({ group }: Expected, statement: Statement | undefined, names: readonly string[] = []): string {
  if (group !== undefined) return groupPlace(group as GroupName).recordFile;
  const known = [groupPlace("formats/_").recordFile, groupPlace("gates/_").recordFile];
  return statement?.recordFile ?? known.find((name) => names.includes(name)) ?? known[0]!;
}

async function readRecord(files: GroupFiles, file: string, list: FaultList): Promise<{ readonly file: string; readonly value?: SealedRecord }> {
  const bytes = await list.attempt(file, () => files.bytes(file));
  if (!bytes) {
    if (!list.has(file)) list.add(file, "missing", "the group's record is missing");
    return { file };
  }
  const parsed = parseRecord(bytes);
  if ("value" in parsed) return { file, value: parsed.value };
  list.add(file, "altered", parsed.problem);
  return { file };
}

/** Compares every file with what it should be, and returns what each is. */
async function readFiles(files: GroupFiles, truth: ReadonlyMap<string, string>, documents: ReadonlyMap<string, Buffer>, list: FaultList): Promise<Map<string, Digest>> {
  const found = new Map([...documents].map(([name, bytes]): [string, Digest] => [name, { sha256: sha256(bytes), bytes: bytes.length }]));
  await Promise.all([...truth].map(async ([name, expected]) => {
    const digest = found.get(name) ?? (await list.attempt(name, () => files.digest(name)));
    if (digest) found.set(name, digest);
    if (digest && digest.sha256 !== expected) list.add(name, "altered", `expected SHA-256 ${expected}, found ${digest.sha256}`, { expected, found: digest.sha256 });
    else if (!digest && !list.has(name)) list.add(name, "missing", `expected a file with SHA-256 ${expected}`, { expected });
  }));
  return found;
}

function checkRecord(record: SealedRecord, file: string, { statement, sums, signature }: Seal, found: ReadonlyMap<string, Digest>, list: FaultList): void {
  const signed = statement && differsFromSigned(record, statement);
  if (signed) list.add(file, "altered", signed);
  if (signature?.good && record.seal.fingerprint !== signature.fingerprint) list.add(file, "altered", `it names ${record.seal.fingerprint} as the key that sealed the group, which is ${signature.fingerprint}`);
  if (sums) {
    for (const problem of differsFromSums(record, sums, found)) list.add(file, "altered", problem);
    return;
  }
  for (const { name, sha256: expected } of record.artifacts) {
    const digest = found.get(name);
    if (digest && digest.sha256 !== expected) list.add(name, "altered", `expected SHA-256 ${expected}, found ${digest.sha256}`, { expected, found: digest.sha256 });
  }
}

/** A signature does not hold because something was altered: told of the signature only where the altered file is not known. */
function checkSeal({ signature, statementSignature }: Seal, list: FaultList): void {
  if (signature && !signature.good && (signature.problem === "unknown key" || !list.has(sealNames.sums, sealNames.signature))) {
    list.add(sealNames.signature, signature.problem, signature.detail, { hint: signature.hint });
  }
  if (statementSignature && !statementSignature.good && (statementSignature.problem === "unknown key" || !list.has(sealNames.statement))) {
    list.add(sealNames.statement, statementSignature.problem, statementSignature.detail, { hint: statementSignature.hint });
  }
}

function checkStatement(statement: Statement, { id, group }: Expected, truth: ReadonlyMap<string, string>, list: FaultList): void {
  const disagree = (detail: string) => list.add(sealNames.statement, "contradiction", detail);
  if (id && (statement.id.image !== id.image || statement.id.version !== id.version)) disagree(`it is the statement of ${statement.id.image}@${statement.id.version}, not of ${id.image}@${id.version}`);
  if (group !== undefined && statement.group !== group) disagree(`it is the statement of ${statement.group}, not of ${group}`);
  for (const name of new Set([...truth.keys(), ...statement.files.keys()])) {
    if (name === sealNames.statement || truth.size === 0 || truth.get(name) === statement.files.get(name)) continue;
    disagree(`${sealNames.sums} and the statement say different things of ${name}: ${truth.get(name) ?? "nothing"} and ${statement.files.get(name) ?? "nothing"}`);
  }
}

async function checkNames(files: GroupFiles, covered: ReadonlySet<string>, truth: ReadonlyMap<string, string>, list: FaultList): Promise<void> {
  if (truth.size === 0) return;
  for (const name of (await files.names()) ?? []) {
    if (!covered.has(name)) list.add(name, "not covered", "no seal speaks of this file");
  }
}
