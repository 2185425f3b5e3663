import { FleetError } from "#model/errors";
import { lastWords, type ExecResult } from "#providers/shared/exec";
import { freeSpaceHint, toolsHint } from "#providers/shared/hints";

/** What a program's end means for a conversion; a full disk is told from other failures, and both from an interrupt. */
export function programFailed(program: string, result: ExecResult, { action, place }: { action: string; place: string }): FleetError {
  const { ended, tail } = result;
  const said = lastWords(program, result);
  if (ended === "cancelled") return new FleetError({ action, place, cause: "interrupted", hint: "run `npm run up` again" });
  if (ended === "not found") return new FleetError({ action, place, cause: `${program} is not on PATH`, hint: toolsHint });
  if (/no space left|quota exceeded/i.test(tail.join("\n"))) return new FleetError({ action, place, cause: `no space is left on the device (${said})`, hint: freeSpaceHint });
  return new FleetError({ action, place, cause: said, hint: "npm run doctor says whether the tools are fit" });
}
