import { amiDescription } from "#model/ami-description";
import { tagNames } from "#model/tags";
import type { Ami } from "#providers/shared/aws/ami";
import type { WantedRegistration } from "#fleet/found/found";

/** What an AMI that has a wanted name is to us. */
export type Match =
  /** It looks as what is wanted: it is adopted. */
  | { readonly is: "ours" }
  /** Unless the state has it, nothing may be declared over it. */
  | { readonly is: "other"; readonly why: string };

/**
 * By its tags; one that has none yet, because whoever made it died in between, by its description, which it has from its first
 * moment.
 * @param owner `<project>/<stack>`
 */
export function matchAmi({ tags, description }: Pick<Ami, "tags" | "description">, wanted: WantedRegistration, owner: string): Match {
  const stack = tags[tagNames.stack];
  if (stack === undefined && wanted.sha256 !== undefined && description === amiDescription({ ...wanted, sha256: wanted.sha256, stack: owner })) return { is: "ours" };
  if (stack === undefined) return other(`it has no ${tagNames.stack}: imagefleet did not make it`);
  if (stack !== owner) return other(`it belongs to the stack ${stack}`);
  const { [tagNames.key]: key, [tagNames.sha256]: sha256 } = tags;
  if (key !== wanted.key) return other(`it is of another build: ${tagNames.key} is ${short(key)}, not ${short(wanted.key)}`);
  if (wanted.sha256 !== undefined && sha256 !== wanted.sha256) return other(`it is of another artifact: ${tagNames.sha256} is ${short(sha256)}, not ${short(wanted.sha256)}`);
  return { is: "ours" };
}

function other(why: string): Match {
  return { is: "other", why };
}

function short(digest: string | undefined): string {
  return digest === undefined ? "missing" : `${digest.slice(0, 16)}${digest.length > 16 ? "..." : ""}`;
}
