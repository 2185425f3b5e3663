import type { Recipe } from "#providers/packer-build/recipe";
import type { SourceFacts } from "#providers/packer-build/sources/source-facts";

/** What a recipe without a parent starts from, and the bootstrap script in the snapshot where one makes it. */
export function sourceOf({ facts, settings, bootstrapKey }: Recipe): { source: SourceFacts; recipeScript?: string } {
  switch (facts.source_kind) {
    case "bootstrap":
      return { source: { kind: "bootstrap", recipe: facts.bootstrap_recipe!, settings, key: bootstrapKey! }, recipeScript: `bootstrap/${facts.bootstrap_recipe}.sh` };
    case "disk":
      return { source: { kind: "disk", url: facts.disk_url!, sha256: facts.disk_sha256!, format: facts.disk_format! } };
    case "iso": {
      const gpg = facts.iso_gpg_fingerprint && facts.iso_gpg_signature_url
        ? { fingerprint: facts.iso_gpg_fingerprint, signatureUrl: facts.iso_gpg_signature_url, signedUrl: facts.iso_gpg_signed_url } : undefined;
      return { source: { kind: "iso", url: facts.iso_url!, sha256: facts.iso_sha256!, gpg } };
    }
  }
}
