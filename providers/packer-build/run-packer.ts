import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { FleetError } from "#model/errors";
import { exec, redactor, type ExecResult } from "#providers/shared/exec";
import type { Progress } from "#providers/shared/progress";
import { loginKeyName } from "#providers/packer-build/login-key";
import { FreeSpace } from "#providers/packer-build/free-space";
import { hushFile } from "#providers/packer-build/hush-file";
import { packerArguments } from "#providers/packer-build/snapshot";
import { loginPort, stepOf } from "#providers/packer-build/packer-output";
import type { Recipe } from "#providers/packer-build/recipe";
import { packerEnvironment } from "#providers/packer-build/tool-versions";
import { SerialTail } from "#providers/packer-build/serial-tail";

export interface PackerRun {
  readonly recipe: Recipe;
  readonly release: string;
  /** Directory of the snapshot, private to this build. */
  readonly dir: string;
  /** Private directory for temporaries, by a path short enough for the sockets of Packer's plugins (108 bytes). */
  readonly tmp: string;
  readonly logFile: string;
  readonly serialLog: string;
  /** Values of the declared secrets by their names. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly debug: boolean;
  readonly signal: AbortSignal;
  readonly workDir: string;
  readonly progress: Progress;
  /** Where the logs of a failed build are kept. */
  readonly keptLogs: string;
}

/** Runs Packer in its snapshot and waits for it. @throws FleetError naming step, cause, last lines, logs and what to do. */
export async function runPacker(run: PackerRun): Promise<void> {
  const { recipe, progress } = run;
  const log = createWriteStream(run.logFile);
  const values = Object.values(run.secrets);
  let port: number | undefined;
  const serial = new SerialTail(run.serialLog, run.debug ? (line) => console.log(`[${recipe.image.name}/console] ${redactor(values)(line)}`) : undefined);
  const space = new FreeSpace(run.dir);
  const result = await exec("packer", ["build", "-color=false", "-timestamp-ui", ...(run.debug ? ["-on-error=abort"] : []), ...packerArguments(recipe)], {
    cwd: run.dir,
    env: { ...packerEnvironment(), TMPDIR: run.tmp, PACKER_CACHE_DIR: join(run.dir, "cache"), PKR_VAR_secrets: hclMap(run.secrets) },
    onLine: (line) => {
      log.write(`${line}\n`);
      const step = stepOf(line);
      if (step) progress.begin(step);
      port ??= loginPort(line);
      if (run.debug) console.log(`[${recipe.image.name}/packer] ${line}`);
    },
    redact: values,
    signal: run.signal,
    timeoutMs: run.timeoutMs,
    registry: { workDir: run.workDir, purpose: `build ${run.release}` },
    keepTree: (exitCode) => run.debug && exitCode !== 0,
  });
  await new Promise<void>((resolve) => log.end(resolve));
  serial.stop();
  space.stop();
  await hushFile(run.serialLog, values); // a script may have said one on the guest's console
  if (!result.ok) throw failure(run, { ...result, diskWasFull: space.wasFull }, port, await serial.last());
}

/** A map as Packer reads it from the environment: HCL, where `${` and `%{` would begin a template. */
function hclMap(values: Readonly<Record<string, string>>): string {
  return JSON.stringify(values).replaceAll("${", "$${").replaceAll("%{", "%%{");
}

interface Failed extends ExecResult {
  readonly diskWasFull: boolean;
}

function failure(run: PackerRun, result: Failed, port: number | undefined, console: readonly string[]): FleetError {
  const { step } = run.progress;
  const { cause, hint } = diagnose(run, result, step);
  const guest = console.length > 0 ? `\n  last lines of the guest's console:\n${indent(console)}` : "";
  const kept = run.debug && port !== undefined && !result.ended
    ? `\n  the guest is kept: ssh -p ${port} -i ${join(run.keptLogs, loginKeyName)} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null ${run.recipe.facts.ssh_username}@127.0.0.1\n  stop it with: npm run down -- --guests` : "";
  return new FleetError({
    action: `build ${run.release}`,
    place: `step "${step}"`,
    cause: `${cause}\n  last lines of Packer:\n${indent(result.tail)}${guest}\n  logs: ${run.keptLogs}${kept}`,
    hint,
  });
}

function diagnose(run: PackerRun, result: Failed, step: string): { cause: string; hint: string } {
  const text = result.tail.join("\n");
  const image = run.recipe.image.name;
  const again = `npm run up -- --only ${image} --debug ${image}`;
  if (result.ended === "not found") return { cause: "packer is not on PATH", hint: "npm run setup, or install Packer as `npm run doctor` says" };
  if (result.ended === "cancelled") return { cause: "it was cancelled; the guest is stopped and its temporary files are removed", hint: "npm run up" };
  if (result.diskWasFull || /No space left on device/i.test(text)) return { cause: `the disk was full where the build ran, ${run.dir}`, hint: "free some space there, or name another directory in imagefleet:store; then npm run up" };
  if (/Timeout waiting for SSH|Timeout waiting for (?:communicator|IP)/i.test(text)) return { cause: "the guest never let Packer log in", hint: `watch its console: ${again}` };
  const inTime = `within ${Math.round(run.timeoutMs / 6_000) / 10} min`;
  if (result.ended === "timed out") return { cause: step === "wait for login" ? `the guest never let Packer log in ${inTime}` : `it did not finish ${inTime}`, hint: `see what the guest does: ${again}; or raise imagefleet:images.${image}.resources.timeout` };
  if (result.ended === "killed") return { cause: "Packer was killed from outside", hint: "see whether the machine ran out of memory: dmesg | tail; then npm run up" };
  if (/exited with non-zero exit status/i.test(text)) return { cause: `a provisioner failed in "${step}"`, hint: `mend the script, or look into the guest: ${again}` };
  return { cause: `Packer ended with exit status ${result.exitCode}`, hint: `read the log, or look into the guest: ${again}` };
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}`).join("\n");
}
