import { execa } from "execa";
import { cancelBuilds } from "./cancel-builds.ts";

/**
 * Runs the engine with our terminal. An interrupt also stops the builds of this run at once: the engine alone would wait
 * for them. @param output The terminal's stream that its standard output goes to: 1, or 2 where ours is for programs.
 * @returns the engine's exit code.
 */
export async function runEngine(args: readonly string[], env: NodeJS.ProcessEnv, run: string, output: 1 | 2 = 1): Promise<number> {
  const engine = execa("pulumi", args, { env, extendEnv: false, stdio: ["inherit", output, 2], reject: false, cleanup: false });
  let last = 0;
  const interrupt = (signal: NodeJS.Signals): void => {
    // npm and a terminal may both pass on the same Ctrl-C.
    if (Date.now() - last < 500) return;
    last = Date.now();
    console.log("\n[run] interrupted: stopping the builds, then the engine saves its state (this takes a few seconds)");
    void cancelBuilds(run);
    // In a terminal the engine has had the signal itself.
    if (!process.stdin.isTTY) engine.kill(signal);
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  const result = await engine;
  process.off("SIGINT", interrupt);
  process.off("SIGTERM", interrupt);
  if (result.code === "ENOENT") console.error("pulumi is not on PATH: npm run doctor");
  return result.exitCode ?? 130;
}
