/** Digests that a manifest may have. */
export type ManifestHash = "sha1" | "sha256";

const digits = { sha1: 40, sha256: 64 } as const;

/** The manifest of an OVF package: `SHA256(disk.vmdk)= 0123...`, a line a file. */
export function ovfManifest(hash: ManifestHash, files: readonly { readonly name: string; readonly digest: string }[]): Buffer {
  return Buffer.from(files.map(({ name, digest }) => `${hash.toUpperCase()}(${name})= ${digest}\n`).join(""));
}

/** How long the manifest of these files is. */
export function manifestBytes(hash: ManifestHash, names: readonly string[]): number {
  return ovfManifest(hash, names.map((name) => ({ name, digest: "0".repeat(digits[hash]) }))).length;
}
