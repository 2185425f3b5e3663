import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { basename, join } from "node:path";
import { execa } from "execa";
import { Project, tinyFleet } from "../../test/integration/project.ts";
import { waitFor } from "../../test/integration/wait-for.ts";
import { interleaved, median, secondsOf, type BenchCase } from "../measurement.ts";

/**
 * What the provider adds to a build: Packer alone in a copy of the provider's own snapshot, with the same variables,
 * beside the provider's `create` within an `up` (build, digest, durable commit to the store).
 */
export const providerOverhead: BenchCase = {
  name: "provider-overhead",
  async measure(context) {
    const project = await Project.create(tinyFleet());
    try {
      const building = project.up();
      const snapshot = await takeSnapshot(project);
      const first = await building;
      if (first.exitCode !== 0) throw new Error(first.text);
      const samples = await interleaved({ provider: () => timeCreate(project), packer: () => runBare(project, snapshot) }, context, "s");
      const [provider, packer] = [median(samples["provider"]!), median(samples["packer"]!)];
      return {
        name: "provider-overhead", what: "A build of the tiny image by the provider", unit: "s", value: provider, samples: samples["provider"]!,
        baseline: { what: "Packer alone", value: packer, samples: samples["packer"]! },
        goal: { text: "≤ Packer alone + 3 % + 2 s", met: provider <= packer * 1.03 + 2 },
      };
    } finally {
      await project.remove();
    }
  },
};

interface Snapshot {
  readonly dir: string;
  readonly args: readonly string[];
}

/** Copies what a running build of the provider has laid out for Packer, with its paths. */
async function takeSnapshot(project: Project): Promise<Snapshot> {
  const staging = project.path(".imagefleet/store/staging");
  const original = await waitFor(async () => {
    for (const name of await readdir(staging).catch(() => [])) {
      const dir = join(staging, name, "files/packer");
      if (await stat(join(dir, "../packer.log")).catch(() => undefined)) return dir;
    }
    return undefined;
  }, 180_000);
  const dir = project.path("bare");
  const left = ["output", "tmp", "cache"].map((name) => join(original, name));
  await cp(original, dir, { recursive: true, filter: (path) => !left.includes(path) });
  const file = join(dir, "run.pkrvars.json");
  await writeFile(file, (await readFile(file, "utf8")).replaceAll(original, dir).replaceAll(join(original, ".."), dir));
  return { dir, args: ["build", "-color=false", "-only=qemu.disk", "-var-file=os.pkrvars.json", `-var-file=${basename(file)}`, "."] };
}

async function runBare({ env }: Project, { dir, args }: Snapshot): Promise<number> {
  await rm(join(dir, "output"), { recursive: true, force: true });
  await mkdir(join(dir, "tmp"), { recursive: true });
  return secondsOf(() => execa("packer", args, { cwd: dir, env: { ...env, PACKER_CACHE_DIR: join(dir, "cache"), PKR_VAR_secrets: "{}" }, all: true, stdin: "ignore" }));
}

/** Seconds between the engine's lines that say that it begins to create the build, and that it has. */
async function timeCreate(project: Project): Promise<number> {
  const running = project.run("up", ["--force", "tiny"]);
  let began: number | undefined;
  let ended: number | undefined;
  for await (const line of createInterface({ input: running.stdout! })) {
    if (!/PackerBuild.*tiny@/.test(line)) continue;
    if (/ creating /.test(line)) began ??= performance.now();
    if (/ created /.test(line)) ended = performance.now();
  }
  const { exitCode, all } = await running;
  if (exitCode !== 0 || began === undefined || ended === undefined) throw new Error(`up --force ended with ${exitCode}:\n${String(all)}`);
  return (ended - began) / 1000;
}
