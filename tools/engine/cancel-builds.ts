import { liveness } from "#store/process-identity";
import { listChildren } from "#providers/shared/child-registry";
import { workDir } from "#providers/shared/project";

/** Asks the processes that run this run's builds to stop them: each stops its guests and removes what is half-made. */
export async function cancelBuilds(run: string): Promise<void> {
  const children = (await listChildren(workDir())).filter((child) => child.run === run && liveness(child.owner) === "alive");
  for (const pid of new Set(children.map(({ owner }) => owner.pid))) process.kill(pid, "SIGTERM");
}
