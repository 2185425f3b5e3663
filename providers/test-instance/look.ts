import type { Shell } from "#providers/inspection/boot/shell";
import { bootChecks } from "#providers/inspection/boot/checks";
import { readCloudInit } from "#providers/inspection/boot/cloud-init";
import { Answers, questions } from "#providers/inspection/boot/questions";

/** Those of the boot gate's checks that tell something new on a cloud. */
const asked = new Set(["boot/cloud-init", "boot/failed-units", "boot/machine-id", "boot/clock"]);

/** What a server says of itself. */
export interface Look {
  readonly kernel: string;
  readonly system?: string;
  readonly cloudInit?: string;
  /** What is wrong, a line each. */
  readonly problems: readonly string[];
}

/** Asks a running server what the boot gate asks its guests. @param timeoutMs For cloud-init and systemd to come to their end. */
export async function look(shell: Shell, allowFailedUnits: readonly string[], timeoutMs: number, signal: AbortSignal): Promise<Look> {
  let clockAhead: number | undefined;
  const onLine = (line: string): void => {
    const clock = /^clock=(\d+)$/.exec(line)?.[1];
    if (clock) clockAhead = Math.round(Number(clock) - Date.now() / 1000);
  };
  const { stdout } = await shell.run(questions, { signal, timeoutMs, onLine });
  signal.throwIfAborted();
  const answers = new Answers(stdout.split("\n"));
  const cloudInit = answers.has("cloud_init") ? readCloudInit(answers.one("cloud_init_status"), answers.one("cloud_init_result")) : undefined;
  const config = { buses: [], timeout: 0, kernelArguments: [], throughput: 0, grow: 0, allowFailedUnits: [...allowFailedUnits] };
  const checks = bootChecks([{ place: "server", answers, cloudInit, clockAhead, hostKeys: [] }], { config, diskBytes: 0, image: { hostKeys: [] }, timeout: timeoutMs / 1000 });
  const problems = checks.filter(({ id }) => asked.has(id)).flatMap(({ severity, findings }) => findings.filter((finding) => (finding.severity ?? severity) !== "low").map(({ problem }) => problem));
  return {
    kernel: answers.one("kernel") ?? "unknown",
    ...(answers.has("systemd") && { system: answers.all("failed_unit").length > 0 ? "degraded" : "running" }),
    ...(cloudInit && { cloudInit: cloudInit.dataSource ?? "done" }),
    problems,
  };
}
