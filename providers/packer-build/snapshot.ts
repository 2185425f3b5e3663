import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Recipe } from "#providers/packer-build/recipe";

/** What a single run of Packer needs besides the recipe: host-dependent, never in the key. Names are those of variables.pkr.hcl. */
export interface RunVariables {
  readonly source_path: string;
  readonly output_directory: string;
  readonly accelerator: "kvm" | "tcg";
  readonly cpus: number;
  readonly memory_mib: number;
  readonly headless: boolean;
  /** Packer duration. */
  readonly boot_wait_run: string;
  readonly ssh_timeout: string;
  readonly ssh_private_key_file: string;
  readonly ssh_public_key: string;
  readonly serial_log: string;
}

/** Name of the Packer source that builds a recipe: an installer boots from an ISO, everything else from a disk. */
export function packerSource(recipe: Recipe): "qemu.iso" | "qemu.disk" {
  return recipe.source?.kind === "iso" ? "qemu.iso" : "qemu.disk";
}

/** Packer's arguments after `build` or `validate`, to be run in the snapshot's directory. */
export function packerArguments(recipe: Recipe): string[] {
  return [`-only=${packerSource(recipe)}`, "-var-file=os.pkrvars.json", "-var-file=run.pkrvars.json", "."];
}

/**
 * Writes exactly the files of a recipe, and nothing else, into an empty directory: a build can read only what is in its key,
 * and what is edited meanwhile does not matter.
 */
export async function writeFiles(dir: string, recipe: Recipe): Promise<void> {
  for (const file of recipe.files) await write(join(dir, file.path), file.content);
}

/** Writes the two files of variables: the facts of the OS, and what this run needs. */
export async function writeVariables(dir: string, recipe: Recipe, run: RunVariables): Promise<void> {
  const answerFile = recipe.parent ? undefined : recipe.facts.answer_file;
  await write(join(dir, "os.pkrvars.json"), JSON.stringify(recipe.facts));
  const variables = {
    ...run,
    answer_directory: answerFile ? join(dir, "http", dirname(answerFile)) : "",
    scripts_run: recipe.scripts,
    settings_run: recipe.settings,
  };
  await write(join(dir, "run.pkrvars.json"), JSON.stringify(variables));
}

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
