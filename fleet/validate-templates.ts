import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exec } from "#providers/shared/exec";
import { cacheDir } from "#providers/shared/project";
import { makeLoginKey } from "#providers/packer-build/login-key";
import type { Recipe } from "#providers/packer-build/recipe";
import { packerArguments, writeFiles, writeVariables } from "#providers/packer-build/snapshot";
import { packerEnvironment } from "#providers/packer-build/tool-versions";

export interface TemplateFault {
  readonly image: string;
  readonly problem: string;
  readonly hint: string;
}

/** Asks Packer whether the templates of the images that must be built are well-formed, side by side; once for each key. */
export async function validateTemplates(recipes: readonly Recipe[]): Promise<TemplateFault[]> {
  const faults = await Promise.all(recipes.map(validateOnce));
  return faults.filter((fault) => fault !== undefined);
}

async function validateOnce(recipe: Recipe): Promise<TemplateFault | undefined> {
  const stamp = join(cacheDir(), "validated", recipe.key);
  if (await stat(stamp).catch(() => undefined)) return undefined;
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-validate-"));
  try {
    const fault = await validate(recipe, dir);
    if (fault) return fault;
    await mkdir(join(cacheDir(), "validated"), { recursive: true });
    await writeFile(stamp, "");
    return undefined;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function validate(recipe: Recipe, dir: string): Promise<TemplateFault | undefined> {
  const image = recipe.image.name;
  const key = await makeLoginKey(dir, image);
  const source = join(dir, "source.img");
  await writeFile(source, "");
  await writeFiles(dir, recipe);
  await writeVariables(dir, recipe, {
    source_path: source, output_directory: join(dir, "output"), accelerator: "tcg", cpus: 1, memory_mib: 512, headless: true, boot_wait_run: "1s",
    ssh_timeout: "1m", ssh_private_key_file: key.file, ssh_public_key: key.publicKey, serial_log: join(dir, "serial.log"),
  });
  const env = { ...packerEnvironment(), PKR_VAR_secrets: JSON.stringify(Object.fromEntries(recipe.image.secrets.map((name) => [name, "x"]))) };
  const run = (args: string[]) => exec("packer", args, { cwd: dir, env, timeoutMs: 120_000 });
  const format = await run(["fmt", "-check", "-diff", "."]);
  if (format.ended === "not found") return { image, problem: "packer is not on PATH, and this image must be built", hint: "npm run setup, or install Packer as `npm run doctor` says" };
  if (!format.ok) return { image, problem: `packer fmt -check:\n${format.tail.join("\n")}`, hint: "packer fmt -recursive packer" };
  const valid = await run(["validate", ...packerArguments(recipe)]);
  return valid.ok ? undefined : { image, problem: `packer validate:\n${valid.tail.join("\n")}`, hint: `mend the template or the facts of ${image}` };
}
