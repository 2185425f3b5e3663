import { FleetError } from "#model/errors";
import type { ExecResult } from "#providers/shared/exec";

export const freeSpaceHint = "free some disk space (npm run store -- ls shows what releases take), or name another directory in imagefleet:store";

/** What a program's end means for a conversion; a full disk is told from other failures, and both from an interrupt. */
export function programFailed(program: string, result: ExecResult, { action, place }: { action: string; place: string }): FleetError {
  const { ended, exitCode, tail } = result;
  const said = tail.find((line) => line.startsWith(`${program}:`)) ?? tail.at(-1) ?? `${program} ended with ${ended ?? exitCode}`;
  if (ended === "cancelled") return new FleetError({ action, place, cause: "interrupted", hint: "run `npm run up` again" });
  if (ended === "not found") return new FleetError({ action, place, cause: `${program} is not on PATH`, hint: "npm run setup installs the tools, npm run doctor says what is missing" });
  if (/no space left|quota exceeded/i.test(tail.join("\n"))) return new FleetError({ action, place, cause: `no space is left on the device (${said})`, hint: freeSpaceHint });
  return new FleetError({ action, place, cause: said, hint: "npm run doctor says whether the tools are fit" });
}
