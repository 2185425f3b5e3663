import { tagNames } from "#model/tags";
import type { RegisteredImage } from "#providers/shared/azure/registered-image";
import type { WantedRegistration } from "#fleet/found/found";

/** What an image that has a wanted name is to us. */
export type Match =
  /** It looks as what is wanted: it is adopted. */
  | { readonly is: "ours" }
  /** Its tags do not say so: only the state can. */
  | { readonly is: "unsaid"; readonly why: string }
  /** Nothing may be declared over it. */
  | { readonly is: "other"; readonly why: string };

/** @param owner `<project>/<stack>` */
export function match({ tags }: Pick<RegisteredImage, "tags">, wanted: Pick<WantedRegistration, "key" | "sha256">, owner: string): Match {
  const { [tagNames.stack]: stack, [tagNames.key]: key, [tagNames.sha256]: sha256 } = tags;
  if (stack === undefined) return { is: "unsaid", why: `it has no tag ${tagNames.stack}: imagefleet did not make it` };
  if (stack !== owner) return { is: "other", why: `it belongs to the stack ${stack}` };
  if (key !== wanted.key) return { is: key === undefined ? "unsaid" : "other", why: `it is of another build: ${tagNames.key} is ${short(key)}, not ${short(wanted.key)}` };
  if (wanted.sha256 !== undefined && sha256 !== wanted.sha256) return { is: sha256 === undefined ? "unsaid" : "other", why: `it is of another artifact: ${tagNames.sha256} is ${short(sha256)}, not ${short(wanted.sha256)}` };
  return { is: "ours" };
}

function short(digest: string | undefined): string {
  return digest === undefined ? "missing" : `${digest.slice(0, 16)}${digest.length > 16 ? "..." : ""}`;
}
