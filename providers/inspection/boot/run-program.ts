import { FleetError } from "#model/errors";
import { baseEnvironment, exec, type ExecOptions, type ExecResult } from "#providers/shared/exec";
import { toolsHint } from "#providers/shared/hints";

/** Runs a program that must succeed. @throws FleetError with its last lines. */
export async function runProgram(file: string, args: readonly string[], action: string, options: Partial<ExecOptions> = {}): Promise<ExecResult> {
  const result = await exec(file, args, { env: baseEnvironment(), ...options });
  if (!result.ok) throw programFailed(file, action, result);
  return result;
}

export function programFailed(file: string, action: string, { ended, exitCode, tail }: ExecResult): FleetError {
  if (ended === "not found") return new FleetError({ action, cause: `${file} is not on PATH`, hint: toolsHint });
  if (ended === "cancelled") return new FleetError({ action, cause: "it was cancelled", hint: "npm run up" });
  const said = tail.length > 0 ? `:\n${tail.map((line) => `    ${line}`).join("\n")}` : "";
  return new FleetError({ action, cause: `${file} ${ended ?? `ended with exit status ${exitCode}`}${said}`, hint: "npm run doctor" });
}
