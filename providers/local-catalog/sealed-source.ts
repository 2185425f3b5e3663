import { sha256 } from "#model/build-key";
import { FleetError } from "#model/errors";
import type { SealConfig } from "#model/gates";
import { releaseName, type Artifact, type BuildRecord, type FormatRecord } from "#model/release";
import type { GroupName, Store } from "#store/store";
import { recordText } from "#providers/seal/record-text";
import { requireSealed } from "#providers/seal/require-sealed";
import { trustedKeys } from "#providers/seal/trusted-keys";
import { actionOf } from "#providers/local-catalog/copy-file";
import type { CatalogInputs } from "#providers/local-catalog/inputs";
import { recordName } from "#providers/local-catalog/layout";

/** A sealed format in the store, as a catalog takes it over. */
export interface SealedSource {
  readonly build: BuildRecord;
  readonly record: FormatRecord;
  /** The record, byte for byte as the store has it. */
  readonly recordText: string;
  /** What is published besides the artifact. */
  readonly documents: readonly Artifact[];
  /** Path of a file of the group, verified. */
  open(name: string): Promise<string>;
}

/** The format from the store, if it is what was asked for and its seal is whole: nothing else is ever published. */
export async function sealedSource(store: Store, inputs: CatalogInputs, seal: SealConfig): Promise<SealedSource> {
  const { image, version, format, key } = inputs;
  const id = { image, version };
  const group: GroupName = `formats/${format}`;
  const refuse = (cause: string, hint = `npm run store -- show ${releaseName(id)}`): FleetError => new FleetError({ action: actionOf(inputs), place: store.location, cause, hint });
  const [build, record] = await Promise.all([store.record(id, "build"), store.record<FormatRecord>(id, group)]);
  if (!build) throw refuse("the store has no such release");
  if (build.key !== key) throw refuse(`the store's release has the build key ${build.key}, not ${key}`);
  if (!record) throw refuse(`the store has the release, but not as ${format}`, "npm run up");
  if (record.artifact.sha256 !== inputs.sha256) throw refuse(`the store's ${record.artifact.name} has SHA-256 ${record.artifact.sha256}, not ${inputs.sha256}`);
  await requireSealed({ store, id, group, trusted: await trustedKeys(seal, actionOf(inputs)), action: actionOf(inputs) });
  const text = recordText(record);
  const others = record.artifacts.filter(({ name }) => name !== record.artifact.name);
  const documents = [...others, { name: recordName, sha256: sha256(text), bytes: Buffer.byteLength(text) }];
  return { build, record, recordText: text, documents, open: (name) => store.open(id, group, name) };
}
