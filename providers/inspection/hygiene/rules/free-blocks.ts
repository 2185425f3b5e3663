import type { Find, Rule } from "#providers/inspection/hygiene/rule";
import type { SecretKind } from "#providers/inspection/hygiene/secret-patterns";

const why = "A deleted file's blocks are in the disk until they are written again: whoever has the image can read them.";
const mend = "Fill the free space with zeros and trim it at the end of the clean-up (as packer/scripts/debian/cleanup.sh does), or keep the secret off the disk, on a tmpfs.";
const source = "AWS: Guidelines for shared Linux AMIs (protect yourself: deleted data); Building Images Safely, systemd.io";
const shown = 3;
const mebibyte = 1024 * 1024;
const mostRest = 64 * mebibyte;

/** Deleted is not gone: what the free blocks of the disk still hold. */
export const freeBlockRules: readonly Rule[] = [
  deleted("private-key", "free-private-key", "private key", "critical"),
  deleted("aws-key", "free-aws-key", "AWS access key", "critical"),
  deleted("token", "free-token", "access token", "critical"),
  deleted("password-hash", "free-password-hash", "password hash", "high"),
  deleted("public-key", "free-authorized-key", "SSH key of a login", "low"),
  deleted("user-data", "free-user-data", "user data with logins", "high"),
  {
    id: "hygiene/free-blocks",
    title: "Free blocks are empty",
    why: "What was deleted makes every format and upload larger, and can be recovered.",
    mend,
    severity: "info",
    source,
    find: async (image) => {
      const { nonZeroBytes } = await image.freeBlocks();
      return nonZeroBytes > mostRest ? [{ place: "free blocks", problem: `${Math.round(nonZeroBytes / mebibyte)} MiB of deleted data` }] : [];
    },
  },
];

function deleted(kind: SecretKind, name: string, what: string, severity: Rule["severity"]): Rule {
  const find: Find = async (image) => {
    const at = (await image.freeBlocks()).secrets.get(kind) ?? [];
    if (at.length === 0) return [];
    const places = at.slice(0, shown).map((position) => position.toString()).join(", ");
    return [{ place: "free blocks", problem: `${at.length === 1 ? "one" : at.length} found, at byte ${places}${at.length > shown ? ", ..." : ""} of the disk` }];
  };
  return { id: `hygiene/${name}`, title: `No deleted ${what} can be recovered`, why, mend, severity, source, find };
}
