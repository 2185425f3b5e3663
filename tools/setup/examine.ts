import { statfs } from "node:fs/promises";
import { availableParallelism, freemem, totalmem } from "node:os";
import prettyBytes from "pretty-bytes";
import { kvmState } from "#providers/shared/kvm";
import { goNeeded } from "./go-tools.ts";
import { repositoryRoot } from "./repository-root.ts";
import { ranges, survey, type Survey } from "./survey.ts";
import { installCommand } from "./system-packages.ts";
import { describeRange } from "./version-range.ts";

/** One line of the doctor's table. */
export interface Finding {
  readonly name: string;
  readonly found: string;
  readonly source?: string;
  /** `slow` and `low` work, less well; `missing` does not. */
  readonly state: "fine" | "slow" | "low" | "missing";
  /** What to do, unless it is fine. */
  readonly hint?: string;
}

const GiB = 2 ** 30;

/** Looks at the machine and changes nothing; KVM is asked anew. */
export async function examine(): Promise<Finding[]> {
  const [state, kvm, disk] = await Promise.all([survey({ packer: true }), kvmState({ fresh: true }), statfs(repositoryRoot)]);
  return [
    ...state.tools.map(({ name, version, source, path }): Finding => ({ name, found: version, source: `${source}: ${path}`, state: "fine" })),
    ...missing(state),
    { name: "KVM", found: kvm.works ? "works" : "does not work", source: kvm.reason, state: kvm.works ? "fine" : "slow", ...(kvm.hint && { hint: kvm.hint }) },
    atLeast("cores", availableParallelism(), 2, String, "builds run one at a time and slowly; use a machine with more cores"),
    atLeast("memory", totalmem(), 4 * GiB, (bytes) => `${prettyBytes(bytes, { binary: true })}, ${prettyBytes(freemem(), { binary: true })} free`, "a build needs 1 to 2 GiB; free some or build elsewhere"),
    atLeast("free disk", disk.bavail * disk.bsize, 15 * GiB, (bytes) => prettyBytes(bytes, { binary: true }), `the tools need 4 GiB and each image 2 to 6 GiB; free some on the file system of ${repositoryRoot}`),
  ];
}

function missing({ missingPackages, missingBuilds, go }: Survey): Finding[] {
  const goHint = (oldest: string) => `install Go ${oldest} or later (https://go.dev/dl), then npm run setup`;
  return [
    ...missingPackages.map((name): Finding => ({ name, found: "-", source: "system package", state: "missing", hint: `npm run setup, or: ${installCommand([name])}` })),
    ...missingBuilds.map((tool): Finding => {
      const range = Object.entries(ranges).find(([name]) => name === tool.name)?.[1];
      const own = range ? `, or put ${tool.name} ${describeRange(range)} on PATH` : "";
      return { name: tool.name, found: "-", source: "not built yet", state: "missing", hint: (go ? "npm run setup" : goHint(goNeeded(tool))) + own };
    }),
  ];
}

function atLeast(name: string, value: number, wanted: number, show: (value: number) => string, hint: string): Finding {
  return value >= wanted ? { name, found: show(value), state: "fine" } : { name, found: show(value), state: "low", hint };
}
