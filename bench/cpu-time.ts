import { execa } from "execa";

export interface Timed {
  readonly exitCode: number | undefined;
  /** Standard output and standard error. */
  readonly text: string;
  readonly seconds: number;
  /** Of the program and all that it started and waited for: what a busy machine does not stretch. */
  readonly cpuSeconds: number;
}

/** Runs a program, and says what it took. */
export async function timed(program: string, args: readonly string[], { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }): Promise<Timed> {
  const started = performance.now();
  const result = await execa("sh", ["-c", '"$@"; code=$?; times; exit $code', "sh", program, ...args], { cwd, env, extendEnv: false, reject: false, all: true, stdin: "ignore" });
  const seconds = (performance.now() - started) / 1000;
  const text = result.all;
  const [, user = "", system = ""] = /(\S+) (\S+)\s*$/.exec(text) ?? [];
  return { exitCode: result.exitCode, text, seconds, cpuSeconds: secondsIn(user) + secondsIn(system) };
}

/** `1m2.500000s` */
function secondsIn(text: string): number {
  const [, minutes = "0", seconds = "0"] = /^(\d+)m([\d.]+)s$/.exec(text) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}
