import { z } from "zod";
import { FleetError } from "#model/errors";
import { exec, lastWords } from "#providers/shared/exec";
import { projectDir } from "#providers/shared/project";

/** A resource of the stack's state. */
export interface StateResource {
  readonly id: string;
  /** `aws:ec2/ami:Ami` */
  readonly type: string;
}

const schema = z.object({ deployment: z.object({ resources: z.array(z.object({ urn: z.string(), type: z.string(), id: z.string().optional() })).default([]) }).nullish() });

const asked = new Map<string, Promise<ReadonlyMap<string, StateResource>>>();

/** What the stack's state has of a plugin's resources, by name. It takes the engine a second or more, so it is asked once a run. */
export function stateResources(stack: string, plugin: string): Promise<ReadonlyMap<string, StateResource>> {
  const key = JSON.stringify([stack, plugin]);
  const known = asked.get(key) ?? ask(stack, plugin);
  asked.set(key, known);
  return known;
}

async function ask(stack: string, plugin: string): Promise<ReadonlyMap<string, StateResource>> {
  const result = await exec("pulumi", ["stack", "export", "--stack", stack, "--non-interactive"], { cwd: projectDir(), env: process.env, timeoutMs: 120_000 });
  const fail = (cause: string): never => {
    throw new FleetError({ action: `read the state of ${stack}`, cause, hint: `pulumi stack export --stack ${stack}` });
  };
  if (!result.ok) fail(lastWords("pulumi", result));
  const { deployment } = schema.safeParse(JSON.parse(result.stdout)).data ?? fail("it is not what the engine writes");
  const own = (deployment?.resources ?? []).filter(({ type, id }) => type.startsWith(`${plugin}:`) && id !== undefined);
  return new Map(own.map(({ urn, type, id }) => [urn.slice(urn.lastIndexOf("::") + 2), { type, id: id! }]));
}
