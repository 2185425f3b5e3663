import { parse } from "@cdktf/hcl2json";
import { z } from "zod";
import type { Firmware } from "#model/release";

const text = z.string().min(1);
const names = z.array(text).default([]);

/** The facts of an operating system, as `packer/os/<family>/<name>.pkrvars.hcl` states them. */
const factsSchema = z.strictObject({
  os_family: text,
  os_release: text,
  os_arch: text,
  /** What the build's guest boots on. */
  firmware: z.enum(["bios", "uefi"]).default("bios"),
  /** What the finished disk boots on. Absent: what it is built on. */
  firmwares: z.array(z.enum(["bios", "uefi"])).nonempty().optional(),
  source_kind: z.enum(["bootstrap", "iso", "disk"]),
  bootstrap_recipe: text.optional(),
  iso_url: text.optional(),
  iso_sha256: text.optional(),
  iso_gpg_fingerprint: text.optional(),
  iso_gpg_signature_url: text.optional(),
  iso_gpg_signed_url: text.optional(),
  boot_command: z.array(z.string()).default([]),
  answer_file: text.optional(),
  disk_url: text.optional(),
  disk_sha256: text.optional(),
  disk_format: z.enum(["raw", "qcow2"]).optional(),
  settings: z.record(z.string(), z.string()).default({}),
  required_settings: names,
  scripts: names,
  cleanup_scripts: names,
  ssh_username: text,
  shutdown_command: text,
  /** Packer duration before the first login attempt, under TCG. */
  boot_wait: text.default("30s"),
  /** MiB of the build's guest. */
  memory: z.number().int().positive().default(1024),
}).refine(({ firmware, firmwares }) => !firmwares || firmwares.includes(firmware), { path: ["firmwares"], message: "must list firmware, which the build itself boots on" });

export type OsFacts = z.infer<typeof factsSchema>;

/** Facts that time or size the build's guest but never reach the disk: outside the build key. */
export const hostFacts: readonly (keyof OsFacts)[] = ["boot_wait", "memory"];

/**
 * Facts of a parent's OS that a layered build still uses; the others are the parent's own business, in its key.
 */
export const layerFacts: readonly (keyof OsFacts)[] = ["os_family", "os_release", "os_arch", "firmware", "firmwares", "ssh_username", "shutdown_command"];

/** What a finished disk boots on. */
export function bootsOn({ firmware, firmwares }: Pick<OsFacts, "firmware" | "firmwares">): readonly Firmware[] {
  return firmwares ?? [firmware];
}

/** @returns the facts, or what is wrong with each. */
export async function parseOsFacts(file: string, content: string): Promise<{ facts?: OsFacts; problems: { name: string; problem: string }[] }> {
  let raw: unknown;
  try {
    raw = await parse(file, content);
  } catch (error) {
    return { problems: [{ name: file, problem: `is not valid HCL: ${(error as Error).message}` }] };
  }
  const result = factsSchema.safeParse(raw);
  if (result.success) return { facts: result.data, problems: [] };
  return { problems: result.error.issues.map((issue) => ({ name: issue.path.join(".") || file, problem: issue.message })) };
}
