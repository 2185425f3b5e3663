import { documentation } from "#model/config/documentation";
import { FleetError } from "#model/errors";

/** One thing that is wrong with the configuration. */
export interface ConfigFault {
  /** Where, as written in the stack file: `imagefleet:images.debian-12.epoch`. `pulumi config set --path` takes it, too. */
  readonly path: string;
  /** What was found there. */
  readonly problem: string;
  /** What belongs there. */
  readonly expected?: string;
  /** The valid name that was probably meant. */
  readonly nearest?: string;
  /** What to do, where that does not follow from the rest. */
  readonly hint?: string;
  /** Page and section that describe the setting. Default: the section of `path`. */
  readonly docs?: string;
}

/** Everything that is wrong with a configuration, in one message. */
export class ConfigError extends FleetError {
  readonly faults: readonly ConfigFault[];
  constructor(faults: readonly ConfigFault[]) {
    const sorted = faults.toSorted((a, b) => a.path.localeCompare(b.path, "en", { numeric: true }));
    super({ action: "use this configuration", cause: `${count(sorted.length)}\n${sorted.map(describe).join("\n")}` });
    this.name = "ConfigError";
    this.faults = sorted;
  }
}

function count(faults: number): string {
  return faults === 1 ? "1 fault" : `${faults} faults`;
}

function describe(fault: ConfigFault): string {
  const lines = [
    fault.problem,
    fault.expected && `expected: ${fault.expected}`,
    fault.nearest && `did you mean ${fault.nearest}?`,
    fault.hint && `what to do: ${fault.hint}`,
    `see ${fault.docs ?? documentation(fault.path)}`,
  ];
  return [`  ${fault.path}`, ...lines.filter((line) => line !== undefined && line !== "").map((line) => `      ${line}`)].join("\n");
}
