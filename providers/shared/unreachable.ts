import { FleetError } from "#model/errors";

/** States are kept and printed: a cause in one has at most so many characters. */
const longest = 300;

/** A text of any length as one short line. */
export function shortLine(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, longest);
}

/** Why a place is said to be unreachable, on one line. */
export function unreachableCause(error: unknown): string {
  return shortLine(error instanceof FleetError ? error.fault.cause : error instanceof Error ? error.message : String(error));
}

/** What a look says that learned nothing: `unreachable: <cause>`. */
export function unreachableState(error: unknown): string {
  return `unreachable: ${unreachableCause(error)}`;
}
