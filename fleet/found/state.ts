import { z } from "zod";
import { FleetError } from "#model/errors";
import { exec, lastWords } from "#providers/shared/exec";
import { projectDir } from "#providers/shared/project";

/** A resource of the stack's state that a server has given an id. */
export interface StateResource {
  readonly id: string;
  /** `aws:ec2/ami:Ami` */
  readonly type: string;
  readonly name: string;
}

const schema = z.object({ deployment: z.object({ resources: z.array(z.object({ urn: z.string(), type: z.string(), id: z.string().optional() })).default([]) }).nullish() });

const asked = new Map<string, Promise<readonly StateResource[]>>();

/** The servers' ids that the stack's state has. */
export async function stateIds(stack: string): Promise<ReadonlySet<string>> {
  return new Set((await stateOf(stack)).map(({ id }) => id));
}

/** What the stack's state has of a plugin's resources, by name. */
export async function stateResources(stack: string, plugin: string): Promise<ReadonlyMap<string, StateResource>> {
  return new Map((await stateOf(stack)).filter(({ type }) => type.startsWith(`${plugin}:`)).map((resource) => [resource.name, resource]));
}

/** It takes the engine a second or more, so it is asked only when something depends on it, once a run. */
function stateOf(stack: string): Promise<readonly StateResource[]> {
  const known = asked.get(stack) ?? ask(stack);
  asked.set(stack, known);
  return known;
}

async function ask(stack: string): Promise<readonly StateResource[]> {
  const result = await exec("pulumi", ["stack", "export", "--stack", stack, "--non-interactive"], { cwd: projectDir(), env: process.env, timeoutMs: 120_000 });
  const fail = (cause: string): never => {
    throw new FleetError({ action: `read the state of ${stack}`, cause, hint: `pulumi stack export --stack ${stack}` });
  };
  if (!result.ok) fail(lastWords("pulumi", result));
  const { deployment } = schema.safeParse(JSON.parse(result.stdout)).data ?? fail("it is not what the engine writes");
  return (deployment?.resources ?? []).flatMap(({ urn, type, id }) => (id === undefined ? [] : [{ id, type, name: urn.slice(urn.lastIndexOf("::") + 2) }]));
}
