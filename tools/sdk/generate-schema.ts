import { execa } from "execa";
import { FleetError } from "#model/errors";
import { sourceDir, type GoTool } from "../setup/go-tools.ts";

/** Writes the schema of a bridged plugin, asked of the Terraform provider's code that its go.mod pins. */
export async function generateSchema(plugin: GoTool, file: string, log: (line: string) => void): Promise<void> {
  const started = performance.now();
  const timer = setInterval(() => log(`[sdk/${plugin.name}] compiling the schema's writer, ${((performance.now() - started) / 1000).toFixed(0)} s`), 5000);
  const { failed, all } = await execa("go", ["run", "./cmd/schema", file], {
    cwd: sourceDir(plugin), env: { GOFLAGS: "-mod=readonly -buildvcs=false", GOWORK: "off" }, stdin: "ignore", reject: false, all: true,
  });
  clearInterval(timer);
  if (failed) throw new FleetError({ action: `write the schema of ${plugin.name}`, place: file, cause: all ?? "go run failed", hint: `cd ${sourceDir(plugin)} && go run ./cmd/schema ${file}` });
}
