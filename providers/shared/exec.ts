import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { execa, ExecaError, type ResultPromise } from "execa";
import { processIdentity } from "#store/process-identity";
import { recordChild, survivors, tokenVariable } from "#providers/shared/child-registry";

export interface ExecOptions {
  readonly cwd?: string;
  /** The child's whole environment; nothing is inherited. `baseEnvironment()` is a start. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called with each line of standard output and standard error, in order of arrival. */
  readonly onLine?: (line: string) => void;
  /** Aborting it sends SIGINT, and SIGKILL to the whole tree after `graceMs`. */
  readonly signal?: AbortSignal;
  /** Milliseconds; default none. */
  readonly timeoutMs?: number;
  /** Milliseconds between the polite signal and SIGKILL. Default 10 s. */
  readonly graceMs?: number;
  /** Where the running child is written down (see child-registry), so that a later run can reap it. */
  readonly registry?: { readonly workDir: string; readonly purpose: string };
  /** Text never to be shown or kept, replaced by `<secret>` in every line. */
  readonly redact?: readonly string[];
  /** Asked when the child has ended: true leaves its descendants running (a guest kept for debugging). */
  readonly keepTree?: (exitCode: number | undefined) => boolean;
}

export interface ExecResult {
  readonly ok: boolean;
  readonly exitCode?: number;
  /** Why it ended when it did not end by itself. */
  readonly ended?: "cancelled" | "timed out" | "killed" | "not found";
  /** The last 20 lines of its output. */
  readonly tail: readonly string[];
  readonly stdout: string;
  readonly pid?: number;
}

const tailLength = 20;
const live = new Set<AbortController>();

/**
 * The one way to run a program: in a session of its own (so that an interrupt of the engine reaches it by us alone, once),
 * with an explicit environment, written down while it runs, cancelled as a tree, and with the tail of what it said.
 * Never throws for what the program does.
 */
export async function exec(file: string, args: readonly string[], options: ExecOptions): Promise<ExecResult> {
  const token = randomUUID();
  const cancel = new AbortController();
  live.add(cancel);
  const tail: string[] = [];
  const stdout: string[] = [];
  const child = execa(file, args, {
    cwd: options.cwd,
    env: { ...options.env, [tokenVariable]: token },
    extendEnv: false,
    detached: true,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    buffer: false,
    reject: false,
  });
  let settled = false;
  // What outlives the child (a guest, when Packer is killed) holds our pipes open, and we would wait for as long as it lives:
  // it is stopped, or, where it is kept, the pipes are let go. Listening begins before anything else can take time.
  child.nodeChildProcess.once("exit", (code: number | null) => {
    if (options.keepTree?.(code ?? undefined) !== true) return void killUntil(() => settled, child.pid, token);
    child.stdout?.destroy();
    child.stderr?.destroy();
  });
  const hush = redactor(options.redact ?? []);
  const keep = (line: string): void => {
    tail.push(line);
    if (tail.length > tailLength) tail.shift();
    options.onLine?.(line);
  };
  const reading = [
    eachLine(child.stdout, (line) => { const clean = hush(line); stdout.push(clean); keep(clean); }),
    eachLine(child.stderr, (line) => keep(hush(line))),
  ];
  const written = await writeDown(child, token, options);
  const stop = stopper(child, token, options.graceMs ?? 10_000);
  let ended: ExecResult["ended"];
  const end = (why: ExecResult["ended"]) => (): void => { ended ??= why; void stop(); };
  const signals = [options.signal, cancel.signal].filter((signal) => signal !== undefined);
  const abort = end("cancelled");
  for (const signal of signals) signal.aborted ? abort() : signal.addEventListener("abort", abort);
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(end("timed out"), options.timeoutMs);
  try {
    const result = await child;
    settled = true;
    clearTimeout(timer);
    const kept = options.keepTree?.(result.exitCode) === true && ended === undefined;
    if (kept) {
      await written.keep();
    } else {
      await killTree(child.pid, token);
      await Promise.all(reading);
      await written.forget();
    }
    if (result instanceof ExecaError && result.code === "ENOENT") ended = "not found";
    else if (result.isTerminated) ended ??= "killed";
    return { ok: result.exitCode === 0 && ended === undefined, exitCode: result.exitCode, ended, tail, stdout: stdout.join("\n"), pid: child.pid };
  } finally {
    clearTimeout(timer);
    live.delete(cancel);
    for (const signal of signals) signal.removeEventListener("abort", abort);
  }
}

/** Why a program failed, in its own words: the line that begins with its name, else its last one. */
export function lastWords(program: string, { ended, exitCode, tail }: ExecResult): string {
  return tail.find((line) => line.startsWith(`${program}:`)) ?? tail.at(-1) ?? `${program} ended with ${ended ?? exitCode}`;
}

/** Cancels every program that runs now; for signal handlers. */
export function cancelAll(): void {
  for (const controller of live) controller.abort();
}

/** Number of programs that run now. */
export function running(): number {
  return live.size;
}

/** The parts of our own environment that any child may see: where programs are, who we are, how to reach the network. */
export function baseEnvironment(): Record<string, string | undefined> {
  const { PATH, HOME, LANG, TZ, HTTP_PROXY, HTTPS_PROXY, NO_PROXY, http_proxy, https_proxy, no_proxy, SSL_CERT_FILE, SSL_CERT_DIR } = process.env;
  return { PATH, HOME, LANG: LANG ?? "C.UTF-8", TZ, HTTP_PROXY, HTTPS_PROXY, NO_PROXY, http_proxy, https_proxy, no_proxy, SSL_CERT_FILE, SSL_CERT_DIR };
}

/** Lines of a secret shorter than this say nothing alone, and would hide half of every log: `}`, `-----`. */
const shortestLine = 6;

/**
 * Replaces every occurrence of the given texts, and of each line of one that has several (a key in PEM), longest first so
 * that one secret inside another leaves no rest.
 */
export function redactor(secrets: readonly string[]): (line: string) => string {
  const lines = secrets.flatMap((text) => text.split(/\r?\n/)).filter((line) => line.length >= shortestLine);
  const texts = [...new Set([...secrets.filter((text) => text.length > 0), ...lines])].sort((a, b) => b.length - a.length);
  return (line) => texts.reduce((clean, text) => clean.replaceAll(text, "<secret>"), line);
}

interface Written {
  forget(): Promise<void>;
  /** Marks the child as one that is meant to outlive us. */
  keep(): Promise<void>;
}

async function writeDown(child: ResultPromise, token: string, { registry }: ExecOptions): Promise<Written> {
  const owner = processIdentity();
  const identity = child.pid === undefined ? undefined : processIdentity(child.pid);
  if (!registry || !owner || !identity) return { forget: async () => {}, keep: async () => {} };
  const record = { owner, child: identity, token, purpose: registry.purpose, run: process.env["IMAGEFLEET_RUN"] };
  const forget = await recordChild(registry.workDir, record);
  return { forget, keep: async () => void (await recordChild(registry.workDir, { ...record, kept: true })) };
}

function stopper(child: ResultPromise, token: string, graceMs: number): () => Promise<void> {
  return async () => {
    child.kill("SIGINT");
    const force = setTimeout(() => void killTree(child.pid, token), graceMs);
    await child.catch(() => undefined);
    clearTimeout(force);
  };
}

/** A process has no environment to be known by while it executes another program: one look may miss it. */
async function killUntil(settled: () => boolean, pid: number | undefined, token: string): Promise<void> {
  while (!settled()) {
    await killTree(pid, token);
    await sleep(200, undefined, { ref: false });
  }
}

async function killTree(pid: number | undefined, token: string): Promise<void> {
  const self = processIdentity();
  if (pid === undefined || !self) return;
  for (const survivor of await survivors({ token, child: { ...self, startTime: 0 } })) {
    try {
      process.kill(survivor, "SIGKILL");
    } catch {
      // ended meanwhile
    }
  }
}

async function eachLine(stream: NodeJS.ReadableStream | undefined, onLine: (line: string) => void): Promise<void> {
  if (!stream) return;
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) onLine(line);
}
