import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { FleetError } from "#model/errors";
import { goBuild, type BuildOptions } from "../setup/go-build.ts";
import { sdkGeneratorTool } from "../setup/go-tools.ts";
import { repositoryRoot } from "../setup/repository-root.ts";

/** What npm and Node.js need of the generated package.json; what would build the package stays out: it comes built. */
interface Manifest {
  scripts?: unknown;
  devDependencies?: unknown;
}

/**
 * Writes the SDK of a plugin as a package that needs no build: JavaScript and its types, as the published packages have it.
 * @param schema the plugin's schema.json.
 * @param into directory of the package; what was there is replaced.
 */
export async function generateSdk(schema: string, into: string, options: BuildOptions): Promise<void> {
  const program = join(await goBuild(sdkGeneratorTool, options), "bin", sdkGeneratorTool.name);
  // inside the repository, so that the compiler finds @pulumi/pulumi
  const parent = join(repositoryRoot, ".imagefleet");
  await mkdir(parent, { recursive: true });
  const dir = await mkdtemp(join(parent, "sdk-"));
  try {
    await run(program, [schema, join(dir, "sources")], into);
    await compile(join(dir, "sources"), join(dir, "package"), into);
    await rm(into, { recursive: true, force: true });
    await cp(join(dir, "package"), into, { recursive: true });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function compile(sources: string, outDir: string, into: string): Promise<void> {
  const config = {
    extends: "./tsconfig.json",
    compilerOptions: { rootDir: ".", outDir, sourceMap: false, declarationMap: false, newLine: "lf", removeComments: false },
  };
  await writeFile(join(sources, "tsconfig.package.json"), JSON.stringify(config));
  const tsc = join(repositoryRoot, "node_modules", "typescript", "bin", "tsc");
  await run(process.execPath, [tsc, "-p", join(sources, "tsconfig.package.json")], into);
  const { scripts: _scripts, devDependencies: _dev, ...manifest } = JSON.parse(await readFile(join(sources, "package.json"), "utf8")) as Manifest;
  await writeFile(join(outDir, "package.json"), `${JSON.stringify({ ...manifest, main: "index.js", types: "index.d.ts" }, null, 2)}\n`);
  await cp(join(sources, "README.md"), join(outDir, "README.md"));
}

async function run(file: string, args: readonly string[], into: string): Promise<void> {
  const { failed, all } = await execa(file, args, { stdin: "ignore", reject: false, all: true });
  if (failed) throw new FleetError({ action: "generate the SDK", place: into, cause: all ?? `${file} failed`, hint: "npm run sdk" });
}
