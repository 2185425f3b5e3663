import type { Gate, InspectionJob } from "#providers/inspection/gate";
import { judgeGate, type GateFindings, type StatedWaiver } from "#providers/inspection/judge";
import { admitted, admittedBriefly } from "#providers/shared/admission";

/** Over in seconds, so that a leak is said while other images are still being built. */
const quick: ReadonlySet<string> = new Set(["hygiene", "packages"]);
/** What the other reading gates take of the machine; the boot gate asks for its guests' share itself. */
const reading = { cpus: 1, memoryMiB: 512 };

/**
 * Runs the gates one after another. One that fails stops none of the others: an image that failed is built anew, which takes
 * longer than any gate, so everything that is wrong with it is told at once. What fails is said as soon as it is known;
 * who has heard enough presses Ctrl-C.
 */
export async function runGates(gates: readonly Gate[], job: InspectionJob, waivers: readonly StatedWaiver[], today: string): Promise<GateFindings[]> {
  const found: GateFindings[] = [];
  for (const gate of gates) {
    job.signal.throwIfAborted();
    job.progress.begin(gate.name);
    const since = Date.now();
    const result = await run(gate, job);
    const findings = { gate: gate.name, failOn: gate.failOn, seconds: Math.round((Date.now() - since) / 100) / 10, result };
    found.push(findings);
    announce(job, findings, waivers, today);
  }
  return found;
}

function run(gate: Gate, job: InspectionJob): ReturnType<Gate["run"]> {
  if (gate.name === "boot") return gate.run(job);
  if (quick.has(gate.name)) return admittedBriefly(() => gate.run(job));
  return admitted(reading, () => job.progress.say(`${gate.name}: waiting for free cores and memory`), () => gate.run(job));
}

/** Printed by itself: progress drops lines that come too fast. */
function announce({ image }: InspectionJob, findings: GateFindings, waivers: readonly StatedWaiver[], today: string): void {
  const { gate, checks } = judgeGate(findings, waivers, today);
  for (const { id, findings: judged } of checks) {
    const failing = judged.filter(({ verdict }) => verdict === "fails");
    if (failing.length === 0) continue;
    const more = failing.length > 1 ? ` and ${failing.length - 1} more` : "";
    console.log(`[${image}/inspection] ${gate} fails: ${id}: ${failing[0]!.place}: ${failing[0]!.problem}${more}`);
  }
}
