import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { FleetError } from "#model/errors";
import { buildName, findBuild, linkerFlags, pinnedVersion, sourceDir, toolsDir, type GoTool } from "./go-tools.ts";
import { withLock } from "./lock.ts";

const progressMs = 5000;
const tailLines = 20;

export interface BuildOptions {
  readonly go: { readonly path: string; readonly version: string };
  readonly log: (line: string) => void;
  /** Last step inside the unfinished directory, before it gets its name. */
  readonly finish?: (dir: string) => Promise<void>;
}

/**
 * Builds a tool into the cache, once: side by side set-ups wait for the first, and the directory gets its name only when
 * all is in it. @returns the directory; programs are in its `bin`.
 */
export async function goBuild(tool: GoTool, options: BuildOptions): Promise<string> {
  const { go, log } = options;
  const say = (text: string) => log(`[setup/${tool.name}] ${text}`);
  const waiting = () => say("another set-up is building it; waiting");
  return withLock(join(toolsDir(), `.${tool.name}.lock`), waiting, async () => {
    const made = findBuild(tool, go.version);
    if (made) return made;
    await removeUnfinished(tool);
    const started = performance.now();
    const name = buildName(tool); // of the sources as they are now, not as somebody edits them meanwhile
    const dir = await mkdtemp(join(toolsDir(), unfinishedPrefix(tool)));
    try {
      say(`building ${pinnedVersion(tool)} from ${tool.module} with Go ${go.version}`);
      await compile(tool, dir, options, say);
      await copyScripts(tool, dir);
      await options.finish?.(dir);
      await chmod(dir, 0o755);
      const target = join(toolsDir(), `${name}-go${go.version}`);
      await rename(dir, target);
      say(`built in ${seconds(started)} s`);
      return target;
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
}

function unfinishedPrefix(tool: GoTool): string {
  return `.${tool.name}.unfinished-`;
}

/** What killed set-ups left. Called under the lock, so nobody is using it. */
async function removeUnfinished(tool: GoTool): Promise<void> {
  const names = (await readdir(toolsDir())).filter((name) => name.startsWith(unfinishedPrefix(tool)));
  for (const name of names) await rm(join(toolsDir(), name), { recursive: true, force: true });
}

async function compile(tool: GoTool, dir: string, { go }: BuildOptions, say: (text: string) => void): Promise<void> {
  const args = ["build", "-v", `-ldflags=${linkerFlags(tool)}`, "-o", join(dir, "bin", tool.name), tool.main];
  const env = { GOFLAGS: "-mod=readonly -buildvcs=false", GOWORK: "off", GOOS: undefined, GOARCH: undefined };
  const started = performance.now();
  // pdeathsig: the compiler does not outlive a set-up that was killed
  const child = execa("setpriv", ["--pdeathsig", "KILL", "--", go.path, ...args], {
    cwd: sourceDir(tool), env, stdin: "ignore", reject: false, all: true, buffer: false,
  });
  let last = "";
  let packages = 0;
  const tail: string[] = [];
  const timer = setInterval(() => say(`${seconds(started)} s, ${packages} packages compiled${last && `, ${last}`}`), progressMs);
  for await (const line of child.iterable({ from: "all" })) {
    last = line.replace(/^go: /, "");
    if (!line.startsWith("go: ")) packages++;
    tail.push(line);
    if (tail.length > tailLines) tail.shift();
  }
  clearInterval(timer);
  const { exitCode, signal, originalMessage } = await child;
  if (exitCode === 0) return;
  throw new FleetError({
    action: `build ${tool.name} ${pinnedVersion(tool)}`,
    place: sourceDir(tool),
    cause: `go build ended with ${exitCode ?? signal ?? originalMessage}:\n    ${tail.join("\n    ")}`,
    hint: `run \`npm run setup\` again once the fault is gone (network: see \`go env GOPROXY\`; disk: ${toolsDir()} and the Go cache need 4 GB), or put a fitting ${tool.name} on PATH`,
  });
}

async function copyScripts(tool: GoTool, dir: string): Promise<void> {
  if (!tool.scripts) return;
  await mkdir(join(dir, "bin"), { recursive: true });
  for (const name of await readdir(join(sourceDir(tool), "bin"))) {
    await copyFile(join(sourceDir(tool), "bin", name), join(dir, "bin", name));
    await chmod(join(dir, "bin", name), 0o755);
  }
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(0);
}
