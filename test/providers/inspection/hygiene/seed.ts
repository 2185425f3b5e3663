import { cleanTree, type Node } from "./clean-tree.ts";

/** What plants a fault: names that are added or replaced, undefined where one is taken away. */
export type Plant = Readonly<Record<string, Node | undefined>>;

/** A fault in an otherwise clean image, and the rules that must find it: no other may. */
export interface Seed {
  /** Rules by name, without `hygiene/`. */
  readonly finds: readonly string[];
  readonly plant: Plant;
  readonly target?: string;
  /** Text that a deleted file left in the free blocks. */
  readonly free?: string;
}

/** Faults that one rule finds: each plant is a seed. */
export function seeds(rule: string, ...plants: readonly Plant[]): Seed[] {
  return plants.map((plant) => ({ finds: [rule], plant }));
}

/** A fault that only images for a target can have. */
export function forTarget(target: string, rule: string, ...plants: readonly Plant[]): Seed[] {
  return plants.map((plant) => ({ finds: [rule], plant, target }));
}

/** A file of the clean tree with more at its end. */
export function more(path: string, text: string): Record<string, Node> {
  const clean = cleanTree[path]!;
  if (typeof clean === "string") return { [path]: clean + text };
  if (Buffer.isBuffer(clean)) return { [path]: Buffer.concat([clean, Buffer.from(text)]) };
  return { [path]: { ...clean, content: `${String(clean.content ?? "")}${text}` } };
}

/** A line more in passwd, with its group, shadow line and home. */
export function user(line: string, hash = "!"): Record<string, Node> {
  const [name = "", , uid = "", gid = "", , home = ""] = line.split(":");
  return {
    ...more("/etc/passwd", `${line}\n`),
    ...more("/etc/group", `${name}:x:${gid}:\n`),
    ...more("/etc/shadow", `${name}:${hash}:20778::::::\n`),
    ...(home.startsWith("/home/") && { [home]: { type: "directory", mode: 0o700, uid: Number(uid), gid: Number(gid) } }),
  };
}

// Made here, so that nothing in this repository has the form of a secret.
export const hash = ["", "6", "Qm1x9uYb", "Zk3/".repeat(21) + "aB"].join("$");
export const privateKey = `-----BEGIN ${"OPENSSH PRIVATE"} KEY-----\n${"b3BlbnNzaC1rZXktdjEAAAAABG5vbmU".repeat(2)}\n-----END ${"OPENSSH PRIVATE"} KEY-----\n`;
export const publicKey = `ssh-ed25519 AAAA${"C3NzaC1l".repeat(8)} packer_0123\n`;
export const awsKey = `AK${"IA"}Z7Q2XW4RTYUPLKJH`;
export const token = `gh${"p_"}${"a1B2c3D4e5F6".repeat(3)}`;
