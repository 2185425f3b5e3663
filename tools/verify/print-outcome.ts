import Table from "cli-table3";
import { describeFault, type SealFault } from "#providers/seal/seal-fault";
import type { Outcome } from "./checked.ts";

/** Every fault with what to do, and a table of all that was checked. */
export function outcomeText({ place, checked, mend }: Outcome): string {
  const faults = checked.flatMap((one) => one.faults);
  const table = new Table({ head: ["release", "group", "sealed by", "result"], style: { head: [], border: [], compact: true } });
  for (const { release = "", group, signer = group === "build" ? "what follows" : "", faults: own } of checked) {
    table.push([release, group, signer, own.length === 0 ? "ok" : counted(own.length, "fault")]);
  }
  const releases = new Set(checked.map(({ release }) => release)).size;
  const summary = `${counted(releases, "release")} verified in ${place}: ${counted(checked.length, "group")}, ${counted(faults.length, "fault")}`;
  return [...checked.flatMap(({ release, faults: own }) => own.map((fault) => faultText(fault, release))), table.toString(), summary, ...(faults.length > 0 ? [`  what to do: ${mend}`] : [])].join("\n");
}

function faultText(fault: SealFault, release = ""): string {
  return `${`${release} ${describeFault(fault)}`.trim()}${fault.hint ? `\n  what to do: ${fault.hint}` : ""}`;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}
