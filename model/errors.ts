/** What a message to a user is made of: what was being done, to what, where, why it failed, and what to do next. */
export interface FaultText {
  /** What was being done, to which image or site: `build debian-12@2026.1101.1`. */
  readonly action: string;
  /** File, directory, URL or site. */
  readonly place?: string;
  readonly cause: string;
  /** The next step: a command or a setting. */
  readonly hint?: string;
}

/** An expected failure. The engine keeps only `message`, so everything a user needs is in it. */
export class FleetError extends Error {
  readonly fault: FaultText;
  constructor(fault: FaultText, options?: ErrorOptions) {
    super(describe(fault), options);
    this.name = "FleetError";
    this.fault = fault;
  }
}

function describe({ action, place, cause, hint }: FaultText): string {
  const where = place ? ` (${place})` : "";
  return `cannot ${action}${where}: ${cause}${hint ? `\n  what to do: ${hint}` : ""}`;
}
