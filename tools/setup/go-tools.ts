import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDir } from "#providers/shared/project";

/** A program built from a pinned Go module: tools/<name>/go.mod states the version, go.sum the checksums. */
export interface GoTool {
  readonly name: string;
  /** Module whose required version is the program's. */
  readonly module: string;
  /** Package to build: of a module by its path, or `.` for our own, in the tool's folder. */
  readonly main: string;
  /** Variable that takes `v<version>` at link time, for programs that have no version otherwise. */
  readonly versionVariable?: string;
  /** The tool's folder has a `bin` of scripts that belong beside the program. */
  readonly scripts?: boolean;
}

export const pulumiTool: GoTool = {
  name: "pulumi",
  module: "github.com/pulumi/pulumi/pkg/v3",
  main: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  versionVariable: "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
};

export const languageHostTool: GoTool = {
  name: "pulumi-language-nodejs",
  module: "github.com/pulumi/pulumi/sdk/v3",
  main: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  scripts: true,
};

export const packerTool: GoTool = { name: "packer", module: "github.com/hashicorp/packer", main: "github.com/hashicorp/packer" };

export const qemuPluginTool: GoTool = {
  name: "packer-plugin-qemu",
  module: "github.com/hashicorp/packer-plugin-qemu",
  main: "github.com/hashicorp/packer-plugin-qemu",
};

/** The provider plugins and the simulated vCenter are for tests and the demo; users get the published plugins. */
export const openstackPluginTool: GoTool = {
  name: "pulumi-resource-openstack",
  module: "github.com/terraform-provider-openstack/terraform-provider-openstack",
  main: ".",
};

export const vspherePluginTool: GoTool = {
  name: "pulumi-resource-vsphere",
  module: "github.com/hashicorp/terraform-provider-vsphere",
  main: ".",
};

export const vcsimTool: GoTool = { name: "vcsim", module: "github.com/vmware/govmomi", main: "." };

/** Writes the sources of the Node.js SDK of a plugin. */
export const sdkGeneratorTool: GoTool = { name: "vsphere-sdk", module: "github.com/pulumi/pulumi/pkg/v3", main: "." };

/** Reads GitHub workflows, for the tests of ours. */
export const actionlintTool: GoTool = { name: "actionlint", module: "github.com/rhysd/actionlint", main: "github.com/rhysd/actionlint/cmd/actionlint" };

/** The tool's folder in the repository. */
export function sourceDir(tool: GoTool): string {
  return join(dirname(dirname(fileURLToPath(import.meta.url))), tool.name);
}

/** The schema that a plugin embeds, which also states its version. */
export function schemaFile(plugin: GoTool): string {
  return join(sourceDir(plugin), "schema.json");
}

/** The version that go.mod pins, without the `v`. */
export function pinnedVersion(tool: GoTool): string {
  const text = readFileSync(join(sourceDir(tool), "go.mod"), "utf8");
  const version = text.split("\n").map((line) => line.replace(/^require /, "").trim().split(" ")).find(([name]) => name === tool.module)?.[1];
  if (!version) throw new Error(`tools/${tool.name}/go.mod does not require ${tool.module}`);
  return version.replace(/^v/, "");
}

/** The oldest Go that the tool's go.mod accepts. */
export function goNeeded(tool: GoTool): string {
  return /^go (\S+)$/m.exec(readFileSync(join(sourceDir(tool), "go.mod"), "utf8"))?.[1] ?? "1.21";
}

export function linkerFlags(tool: GoTool): string {
  return tool.versionVariable ? `-X ${tool.versionVariable}=v${pinnedVersion(tool)}` : "";
}

export function toolsDir(): string {
  return join(cacheDir(), "tools");
}

/** `<name>-<digest of all that decides the program's bytes but Go itself>` */
export function buildName(tool: GoTool, dir = sourceDir(tool)): string {
  const scripts = tool.scripts ? readdirSync(join(dir, "bin")).sort().map((name) => join("bin", name)) : [];
  const sources = tool.main.startsWith(".") ? ownSources(dir) : [];
  const hash = createHash("sha256").update(`${tool.main}\0${linkerFlags(tool)}\0`);
  for (const file of ["go.mod", "go.sum", ...scripts, ...sources]) hash.update(`${file}\0`).update(readFileSync(join(dir, file))).update("\0");
  return `${tool.name}-${hash.digest("hex").slice(0, 16)}`;
}

/** What a program of our own is compiled from, with the files that it embeds. */
function ownSources(dir: string): string[] {
  const names = readdirSync(dir, { recursive: true, encoding: "utf8" });
  return names.filter((name) => /\.(go|json)$/.test(name) && !name.endsWith("_test.go")).sort();
}

/** Where a finished build is; without Go (`undefined`), one made by any Go will do. */
export function findBuild(tool: GoTool, goVersion: string | undefined): string | undefined {
  const name = buildName(tool);
  if (goVersion) {
    const dir = join(toolsDir(), `${name}-go${goVersion}`);
    return existsSync(dir) ? dir : undefined;
  }
  const names = existsSync(toolsDir()) ? readdirSync(toolsDir()) : [];
  const found = names.filter((entry) => entry.startsWith(`${name}-go`)).sort().at(-1);
  return found && join(toolsDir(), found);
}
