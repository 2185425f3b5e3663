import { readFile, stat } from "node:fs/promises";
import { FleetError } from "#model/errors";
import { ifPresent } from "#store/errors";
import { baseEnvironment, exec } from "#providers/shared/exec";
import type { ExecResult } from "#providers/shared/exec";

export interface ScannerRun {
  /** Scanner's name in the configuration, for messages. */
  readonly name: string;
  /** Program and arguments, places filled in. */
  readonly command: readonly string[];
  /** Where the program puts its report; absent: on standard output. */
  readonly output?: string;
  /** Milliseconds after which it is stopped. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Longest report that is taken, in bytes: some ten times what a full desktop image brings. */
const mostBytes = 128 * 2 ** 20;

/** Milliseconds that a stopped scanner has to end by itself: it has nothing to put in order. */
const graceMs = 1_000;

/**
 * Runs a scanner and returns the text of its report with the exit code: many end with a code of their own where they found
 * something. Fails when it cannot be run, is stopped, or leaves no report.
 */
export async function runScanner(run: ScannerRun): Promise<{ text: string; exitCode: number | undefined }> {
  const [program = "", ...args] = run.command;
  const tooMuch = new AbortController();
  let bytes = 0;
  const onLine = (line: string): void => {
    bytes += line.length + 1;
    if (bytes > mostBytes) tooMuch.abort();
  };
  const signal = AbortSignal.any([run.signal, tooMuch.signal]);
  const result = await exec(program, args, { env: scannerEnvironment(), signal, timeoutMs: run.timeoutMs, graceMs, onLine });
  if (tooMuch.signal.aborted) throw scannerFault(run, `it printed more than ${mostBytes / 2 ** 20} MiB`, "let it write its report into a file: {output} in the scanner's command");
  if (result.ended) throw stopped(run, result);
  const text = run.output === undefined ? result.stdout : await fileText(run, run.output);
  if (!text?.trim()) throw scannerFault(run, `it ended with exit code ${result.exitCode} and left no report${said(result)}`, `run it by hand: ${program} --help`);
  return { text, exitCode: result.exitCode };
}

/** Nothing but what every program gets, and where scanners keep their data: tokens of the builder are none of their business. */
function scannerEnvironment(): Record<string, string | undefined> {
  const { XDG_CACHE_HOME, TRIVY_CACHE_DIR, GRYPE_DB_CACHE_DIR } = process.env;
  return { ...baseEnvironment(), XDG_CACHE_HOME, TRIVY_CACHE_DIR, GRYPE_DB_CACHE_DIR };
}

async function fileText(run: ScannerRun, path: string): Promise<string | undefined> {
  const { size } = (await ifPresent(stat(path))) ?? { size: 0 };
  if (size > mostBytes) throw scannerFault(run, `its report is longer than ${mostBytes / 2 ** 20} MiB`, "let it report vulnerabilities only");
  return ifPresent(readFile(path, "utf8"));
}

function stopped(run: ScannerRun, result: ExecResult): FleetError {
  const [program] = run.command;
  if (result.ended === "not found") return scannerFault(run, `${program} is not installed, or not on PATH`, `install it on the builder, or take ${run.name} out of the gates' scanners`);
  if (result.ended === "timed out") return scannerFault(run, `it did not end within ${run.timeoutMs / 60_000} minutes${said(result)}`, "let it read less, or its data be fetched before the run");
  return scannerFault(run, `it was ${result.ended}${said(result)}`);
}

function said({ tail }: ExecResult): string {
  return tail.length === 0 ? "" : `; it said:\n${tail.join("\n")}`;
}

/** A failure to ask, not a finding. */
export function scannerFault({ name, command }: Pick<ScannerRun, "name" | "command">, cause: string, hint?: string): FleetError {
  return new FleetError({ action: `scan with ${name}`, place: command[0], cause, hint });
}
