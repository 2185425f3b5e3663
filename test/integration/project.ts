import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa, type Options, type ResultPromise } from "execa";
import { stringify } from "yaml";
import { openStore } from "#store/open";
import type { Store } from "#store/store";
import { ensureToolchain } from "../../tools/setup/ensure-toolchain.ts";

const repository = process.cwd();

/** What a test may change in a project of its own: templates and policies are copied, everything else is the repository's. */
const copied = new Set(["packer", "package.json", "policy", "Pulumi.yaml"]);
const left = new Set([".git", ".imagefleet", "bench", "docs", "test", "coverage", "fleet.lock.json"]);

const seal = { key: ".imagefleet/signing-key.asc", createKey: true };

export interface Result {
  readonly exitCode: number | undefined;
  /** Standard output and standard error as a user reads them. */
  readonly text: string;
}

/** A project directory like a user's clone, with its own backend, store, catalog and templates. */
export class Project {
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  private readonly stack: string;

  private constructor(dir: string, env: NodeJS.ProcessEnv, stack = "test") {
    this.dir = dir;
    this.env = env;
    this.stack = stack;
  }

  /** The same project, at work on another stack. */
  on(stack: string): Project {
    return new Project(this.dir, this.env, stack);
  }

  /** @param firmwares What the tiny OS says that it boots on: each costs every inspection a boot. Default BIOS alone. */
  static async create(config: Record<string, unknown>, firmwares: readonly string[] = ["bios"]): Promise<Project> {
    const dir = await mkdtemp(join(tmpdir(), "imagefleet-project-"));
    for (const name of await readdir(repository)) {
      if (left.has(name) || /^Pulumi\..+\.yaml$/.test(name)) continue;
      if (copied.has(name)) await cp(join(repository, name), join(dir, name), { recursive: true });
      else await symlink(join(repository, name), join(dir, name));
    }
    const facts = join(dir, "packer/os/tiny/tiny-x86_64.pkrvars.hcl");
    await writeFile(facts, (await readFile(facts, "utf8")).replace(/^(firmwares *= ).*$/m, `$1${JSON.stringify(firmwares)}`));
    const toolchain = await ensureToolchain({ log: () => {} });
    await mkdir(join(dir, "state"));
    const env = { ...process.env, ...toolchain.env, PULUMI_BACKEND_URL: pathToFileURL(join(dir, "state")).href, PULUMI_CONFIG_PASSPHRASE: "", PULUMI_HOME: join(dir, "pulumi-home"), INIT_CWD: dir, IMAGEFLEET_STORE: undefined, IMAGEFLEET_SIGNING_KEY: undefined, IMAGEFLEET_SIGNING_KEY_FILE: undefined, IMAGEFLEET_SIGNING_PASSPHRASE: undefined };
    const project = new Project(dir, env);
    await project.configure(config);
    return project;
  }

  /** Writes the configuration of the stack; keys without their prefix. Releases are sealed by the project's own key. */
  async configure(config: Record<string, unknown>): Promise<void> {
    const prefixed = Object.fromEntries(Object.entries({ store: ".imagefleet/store", seal, ...config }).map(([key, value]) => [`imagefleet:${key}`, value]));
    await writeFile(join(this.dir, `Pulumi.${this.stack}.yaml`), stringify({ config: prefixed }));
  }

  /** `npm run <command>` on the stack. */
  run(command: string, args: readonly string[] = [], options: Options = {}): ResultPromise {
    const stack = ["up", "preview", "down", "drift", "store"].includes(command) ? ["--stack", this.stack] : [];
    return execa(process.execPath, [join(this.dir, "tools/run.mjs"), command, ...args, ...stack], { cwd: this.dir, env: this.env, reject: false, all: true, stdin: "ignore", ...options } as Options);
  }

  async up(...args: string[]): Promise<Result> {
    return outcome(await this.run("up", args));
  }

  /** The engine itself, as a user without our wrappers runs it. */
  async pulumi(...args: string[]): Promise<Result> {
    return outcome(await this.engine(args));
  }

  engine(args: readonly string[], options: Options = {}): ResultPromise {
    return execa("pulumi", [...args, "--stack", this.stack, "--non-interactive"], { cwd: this.dir, env: this.env, reject: false, all: true, stdin: "ignore", ...options } as Options);
  }

  get store(): Store {
    return openStore(join(this.dir, ".imagefleet/store"));
  }

  path(...parts: string[]): string {
    return join(this.dir, ...parts);
  }

  read(...parts: string[]): Promise<string> {
    return readFile(this.path(...parts), "utf8");
  }

  async remove(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}

function outcome(result: Awaited<ResultPromise>): Result {
  return { exitCode: result.exitCode, text: String(result.all ?? "") };
}

/** The configuration that most tests start from: the tiny OS on one local site. */
export function tinyFleet(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    images: { tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["laptop"], resources: { cpus: 1 } } },
    sites: { laptop: { kind: "local", path: "site" } },
    ...more,
  };
}
