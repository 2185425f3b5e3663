import { gcpLabels, labelNames, readGcpDescription } from "#model/gcp-image";
import type { ComputeImage } from "#providers/shared/gcp/compute-image";
import type { WantedRegistration } from "#fleet/found/found";

/** What an image that has a wanted name is to us. */
export type Match =
  /** It looks as what is wanted. */
  | { readonly is: "ours" }
  /** Unless the state has it, nothing may be declared over it. */
  | { readonly is: "unsaid"; readonly why: string }
  /** Whatever the state has, it is somebody else's, or of other bytes. */
  | { readonly is: "other"; readonly why: string };

/** By its description, which says it exactly, or else by its labels. @param owner `<project>/<stack>` */
export function match({ description, labels }: Pick<ComputeImage, "description" | "labels">, wanted: WantedRegistration, owner: string): Match {
  const facts = readGcpDescription(description);
  if (!facts) return matchLabels(labels, wanted, owner);
  if (facts.stack !== owner) return { is: "other", why: `it belongs to the stack ${facts.stack}` };
  if (facts.key !== wanted.key) return { is: "other", why: `it is of another build: its key is ${short(facts.key)}, not ${short(wanted.key)}` };
  if (wanted.sha256 !== undefined && facts.sha256 !== wanted.sha256) return { is: "other", why: `it is of another artifact: its SHA-256 is ${short(facts.sha256)}, not ${short(wanted.sha256)}` };
  return { is: "ours" };
}

/** Labels are short, and stacks may share one. */
function matchLabels(labels: ComputeImage["labels"], wanted: WantedRegistration, owner: string): Match {
  const expected = gcpLabels({ labels: {} }, { ...wanted, sha256: wanted.sha256 ?? "", stack: owner });
  const differs = [labelNames.stack, labelNames.key, ...(wanted.sha256 === undefined ? [] : [labelNames.sha256])].filter((name) => labels[name] !== expected[name]);
  if (differs.length === 0) return { is: "ours" };
  return { is: "unsaid", why: labels[labelNames.stack] === undefined ? "imagefleet did not make it: neither its description nor its labels say so" : `its labels are others: ${differs.map((name) => `${name} is ${short(labels[name])}`).join(", ")}` };
}

function short(text: string | undefined): string {
  return text === undefined ? "missing" : `${text.slice(0, 16)}${text.length > 16 ? "..." : ""}`;
}
