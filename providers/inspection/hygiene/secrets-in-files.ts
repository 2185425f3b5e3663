import { matches, type SecretKind } from "#providers/inspection/hygiene/secret-patterns";
import type { Image } from "#providers/inspection/hygiene/image";

export interface SecretInFile {
  readonly kind: SecretKind;
  readonly path: string;
}

const kinds = ["private-key", "aws-key", "token", "url-password", "password-hash"] as const satisfies readonly SecretKind[];

const places = ["/etc/**", "/root/**", "/home/**", "~/**", "/opt/**", "/srv/**", "/usr/local/**", "/var/lib/**", "/var/www/**", "/boot/grub/grub.cfg"];
/** What rules of their own look at, or packages bring. */
const elsewhere =
  /^\/etc\/(ssh\/ssh_host_|g?shadow-?$|passwd-?$|ssl\/(private|certs)\/|pki\/(tls\/private|consumer|entitlement)\/|letsencrypt\/|NetworkManager\/system-connections\/)|^\/var\/lib\/(dpkg|apt|cloud|rpm|docker\/overlay2|containers\/storage\/overlay)\/|\/\.(ssh|gnupg)\/|\/\.git-credentials$/;
const largest = 512 * 1024;

/** Reads the small text files of the places where people and programs keep secrets; what it returns has none in it. */
export async function secretsInFiles({ find, text }: Pick<Image, "find" | "text">): Promise<SecretInFile[]> {
  const found: SecretInFile[] = [];
  for (const { path, type, size } of find(...places)) {
    if (type !== "file" || size === 0 || size > largest || elsewhere.test(path)) continue;
    const content = await text(path);
    if (content.includes("\0")) continue;
    for (const kind of kinds) if (matches(kind, kind === "url-password" ? withoutComments(content) : content)) found.push({ kind, path });
  }
  return found;
}

/** Configuration files show the form of an address with a password in their comments. */
function withoutComments(text: string): string {
  return text.includes("://") ? text.replace(/^[ \t]*([#;]|\/\/).*$/gm, "") : "";
}
