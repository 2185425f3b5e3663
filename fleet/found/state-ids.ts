import { z } from "zod";
import { FleetError } from "#model/errors";
import { exec, lastWords } from "#providers/shared/exec";
import { projectDir } from "#providers/shared/project";

const schema = z.object({ deployment: z.object({ resources: z.array(z.object({ urn: z.string(), id: z.string().optional() })).default([]) }).nullish() });

const asked = new Map<string, Promise<ReadonlySet<string>>>();

/**
 * The servers' ids that the stack's state has. It takes the engine a second or more, so it is asked only when something looks
 * as if it were not ours, once a run.
 */
export function stateIds(stack: string): Promise<ReadonlySet<string>> {
  const known = asked.get(stack) ?? ask(stack);
  asked.set(stack, known);
  return known;
}

async function ask(stack: string): Promise<ReadonlySet<string>> {
  const result = await exec("pulumi", ["stack", "export", "--stack", stack, "--non-interactive"], { cwd: projectDir(), env: process.env, timeoutMs: 120_000 });
  const fail = (cause: string): never => {
    throw new FleetError({ action: `read the state of ${stack}`, cause, hint: `pulumi stack export --stack ${stack}` });
  };
  if (!result.ok) fail(lastWords("pulumi", result));
  const { deployment } = schema.safeParse(JSON.parse(result.stdout)).data ?? fail("it is not what the engine writes");
  return new Set(deployment?.resources.flatMap(({ id }) => id ?? []));
}
