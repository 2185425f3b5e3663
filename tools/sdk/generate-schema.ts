import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { FleetError } from "#model/errors";
import { sourceDir, type GoTool } from "../setup/go-tools.ts";

/** Writes the schema of a bridged plugin, asked of the Terraform provider's code that its go.mod pins. */
export async function generateSchema(plugin: GoTool, file: string, log: (line: string) => void): Promise<void> {
  const started = performance.now();
  const timer = setInterval(() => log(`[sdk/${plugin.name}] compiling the schema's writer, ${((performance.now() - started) / 1000).toFixed(0)} s`), 5000);
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-schema-"));
  try {
    const writer = join(dir, "writer");
    const common = { stdin: "ignore", reject: false, all: true } as const;
    const built = await execa("go", ["build", "-o", writer, "./cmd/schema"], { ...common, cwd: sourceDir(plugin), env: { GOFLAGS: "-mod=readonly -buildvcs=false", GOWORK: "off" } });
    // Not among our sources: the engine's code in it would read the Pulumi.yaml above them, with its paths taken from where it runs.
    const { failed, all } = built.failed ? built : await execa(writer, [file], { ...common, cwd: dir });
    if (failed) throw new FleetError({ action: `write the schema of ${plugin.name}`, place: file, cause: all ?? "it did not start", hint: `cd ${sourceDir(plugin)} && go build -o ${writer} ./cmd/schema` });
  } finally {
    clearInterval(timer);
    await rm(dir, { recursive: true, force: true });
  }
}
