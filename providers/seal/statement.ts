import { releaseName, type Artifact } from "#model/release";
import { sha256 } from "#model/build-key";
import { groupPlace } from "#store/names";
import { recordText } from "#providers/seal/record-text";
import type { SealJob } from "#providers/seal/seal-group";

/** in-toto's description of a file, a service or a text: https://github.com/in-toto/attestation/blob/main/spec/v1/resource_descriptor.md */
export interface ResourceDescriptor {
  readonly name?: string;
  readonly uri?: string;
  readonly digest?: Readonly<Record<string, string>>;
  readonly mediaType?: string;
  /** Base64. */
  readonly content?: string;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

export const statementType = "https://in-toto.io/Statement/v1";
export const predicateType = "https://slsa.dev/provenance/v1";
const builderId = "urn:imagefleet:builder:v1";

/** Files of the group `build` are named so in the statements of other groups. */
export const buildPrefix = "build/";

/** What `buildType` says: docs/verify.md tells what each means. */
export function buildTypeOf(group: string): string {
  return group.startsWith("gates/") ? "urn:imagefleet:build-and-gates:v1" : "urn:imagefleet:disk-format:v1";
}

/**
 * The in-toto statement of a group, with SLSA v1 provenance. Gates vouch for the whole build besides their evidence, so the
 * build's files are subjects of their statement; a format's statement has them as what it was made from.
 */
export function groupStatement(job: SealJob): object {
  const { id, group, artifacts, build } = job;
  const buildFiles = buildDescriptors(job);
  const gates = group.startsWith("gates/");
  return {
    _type: statementType,
    subject: [...artifacts.map((artifact) => described(artifact)), ...(gates ? buildFiles : [])],
    predicateType,
    predicate: {
      buildDefinition: {
        buildType: buildTypeOf(group),
        externalParameters: { image: id.image, version: id.version, key: build.key, epoch: build.epoch, group },
        internalParameters: { accelerator: build.accelerator, ...(build.os && { os: build.os }) },
        resolvedDependencies: [...(gates ? [] : buildFiles), ...inputsOf(job), ...(job.materials ?? [])],
      },
      runDetails: runDetails(job),
    },
  };
}

function runDetails({ group, build, record }: SealJob): object {
  const facts = record as { startedAt?: string; finishedAt?: string; tools?: Record<string, string> };
  const byproduct: ResourceDescriptor = { name: groupPlace(group).recordFile, mediaType: "application/json", content: Buffer.from(recordText(record)).toString("base64") };
  return {
    builder: { id: builderId, version: { node: process.versions.node, ...build.tools, ...facts.tools } },
    metadata: { startedOn: facts.startedAt, finishedOn: facts.finishedAt },
    byproducts: [byproduct],
  };
}

/** The record of the build, whose bytes follow from what it says, and all the files that it lists. */
function buildDescriptors({ build }: SealJob): ResourceDescriptor[] {
  const record = { name: groupPlace("build").recordFile, sha256: sha256(recordText(build)) };
  return [...build.artifacts, record].map((file) => described(file, buildPrefix));
}

function inputsOf({ build }: SealJob): ResourceDescriptor[] {
  const { parent } = build;
  const inputs = Object.entries(build.inputs).map(([name, digest]): ResourceDescriptor => ({ name: `input/${name}`, digest: { sha256: digest } }));
  const layer: ResourceDescriptor[] = parent ? [{ name: "parent", uri: `urn:imagefleet:release:${releaseName(parent)}`, annotations: { key: parent.key } }] : [];
  return [...layer, ...inputs];
}

function described({ name, sha256: digest }: Pick<Artifact, "name" | "sha256">, prefix = ""): ResourceDescriptor {
  return { name: `${prefix}${name}`, digest: { sha256: digest } };
}
