import type { StackValidationPolicy } from "@pulumi/policy";
import { plain, releaseIn, unknown, type Declared } from "../declared.ts";
import { placeOf } from "../marks.ts";
import { fault } from "../rule.ts";

/** A registration, and what is wrong with it. */
export interface SealFault {
  readonly name: string;
  readonly message: string;
}

/** What goes with a registration and has seen the sealed bytes, which its provider verifies first: it keeps 16 digits of their digest. */
const witnesses = ["snapshot", "blob", "object", "check"];

const catalog = "pulumi-nodejs:dynamic/imagefleet:LocalCatalog";

/**
 * Registrations whose digest is not that of a sealed format, as far as the stack itself can tell: a format that was sealed for this
 * release has another, whoever sent or checked the bytes has seen others, or nothing in the stack vouches for the release at all.
 */
export function sealFaults(resources: readonly Declared[]): SealFault[] {
  const byName = new Map(resources.map((resource) => [resource.name, resource]));
  return resources.flatMap((resource) => {
    const { name } = resource;
    const release = releaseIn(name);
    const digest = digestOf(resource);
    if (!release || typeof digest !== "string") return [];
    const what = problem(name, digest, release, byName);
    return what === undefined ? [] : [{ name, message: fault(what, "withdraw it (remove the release from the site), and let npm run up seal and register it; npm run verify shows what the store has") }];
  });
}

function digestOf(resource: Declared): unknown {
  if (resource.type === catalog) return resource.props["sha256"];
  const marks = placeOf(resource.type)?.of(resource);
  return marks === undefined || marks === unknown ? undefined : (marks as { sha256?: unknown }).sha256;
}

function problem(name: string, digest: string, { image, version, format }: NonNullable<ReturnType<typeof releaseIn>>, byName: ReadonlyMap<string, Declared>): string | undefined {
  const release = `${image}@${version}`;
  const made = byName.get(`format/${format}/${release}`);
  if (!made && !byName.has(`hold/${release}`)) return `${name} is registered, and nothing in the stack says that ${release} was ever sealed: there is neither its hold nor its format`;
  const sealed = made?.props["sha256"];
  if (typeof sealed === "string" && sealed !== digest) return `${name} is registered as sha256:${digest}, and what was sealed is sha256:${sealed}`;
  const seen = witnesses.map((part) => byName.get(`${name}/${part}`)?.props["sha256"]).find((short) => typeof short === "string" && !digest.startsWith(short));
  return seen === undefined ? undefined : `${name} is registered as sha256:${digest}, and the bytes that were sent for it are sha256:${String(seen)}…`;
}

/** It needs the digests that a run makes, so it comes last: in a preview before anything is done, in an update after it. */
export const sealed: StackValidationPolicy = {
  name: "sealed",
  description: "What is registered is what was sealed",
  enforcementLevel: "mandatory",
  validateStack({ resources }, report) {
    const urns = new Map(resources.map(({ name, urn }) => [name, urn]));
    const declared = resources.map(({ type, name, props }) => ({ type, name, props: plain(props) as Declared["props"] }));
    for (const { name, message } of sealFaults(declared)) report(message, urns.get(name));
  },
};
