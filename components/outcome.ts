import * as pulumi from "@pulumi/pulumi";

const failed: string[] = [];
const declared = new Map<string, pulumi.Resource>();

/**
 * Waits for a resource and says whether it was registered; what depends on it is declared only then. The SDK would
 * otherwise throw, with a stack trace, for each output of a resource that failed and in everything that depends on it.
 * A preview fails nothing, so it need not wait.
 */
export function succeeded(name: string, resource: pulumi.Resource): Promise<boolean> {
  declared.set(name, resource);
  if (pulumi.runtime.isDryRun()) return Promise.resolve(true);
  for (const output of Object.values(resource)) if (pulumi.Output.isInstance(output)) pulumi.recover(output, () => undefined);
  return new Promise((resolve) => {
    const done = pulumi.recover(resource.urn.apply(() => true), () => {
      failed.push(name);
      return false;
    });
    done.apply(resolve);
  });
}

/** Resources of some names that were declared so far and have not failed: what comes after them depends on them. */
export function succeededWith(matches: (name: string) => boolean): pulumi.Resource[] {
  return [...declared].filter(([name]) => matches(name) && !failed.includes(name)).map(([, resource]) => resource);
}

/** Whether anything of this run has failed so far. A preview fails nothing. */
export function hasFailed(): boolean {
  return failed.length > 0;
}

/** Reports a failure that no resource stands for; the run ends with an error, once everything else has converged. */
export async function fail(name: string, problem: string, on: pulumi.Resource): Promise<void> {
  if (pulumi.runtime.isDryRun()) return pulumi.log.warn(problem, on);
  failed.push(name);
  await pulumi.log.error(problem, on);
}

/**
 * Makes the program fail when a resource has: otherwise the engine would delete what is no longer declared, and a failed
 * build would cost the images that it should have replaced.
 */
export async function failWithResources(done: readonly Promise<unknown>[]): Promise<void> {
  await Promise.all(done);
  if (failed.length === 0) return;
  const error = new pulumi.RunError(`failed: ${failed.sort().join(", ")}; what depends on it was left as it is, and nothing was deleted`);
  error.stack = error.message; // this late, the SDK prints the stack of any error
  throw error;
}
