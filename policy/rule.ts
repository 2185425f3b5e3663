import type { EnforcementLevel, PolicyConfigSchema, ResourceValidationPolicy } from "@pulumi/policy";
import { plain, type Declared } from "./declared.ts";

export interface Rule<Settings> {
  /** By which a pack's settings name it, and the engine tells of it. */
  readonly name: string;
  /** What is so where the rule is kept. */
  readonly description: string;
  /** Unless the pack's settings say otherwise. */
  readonly level: EnforcementLevel;
  readonly settings?: PolicyConfigSchema["properties"];
  /** What is wrong with a resource, and what to do about it; nothing where the rule is kept, or does not concern it. */
  readonly faults: (resource: Declared, settings: Partial<Settings>) => readonly string[];
}

export interface ResourceRule<Settings> extends ResourceValidationPolicy {
  readonly faults: Rule<Settings>["faults"];
}

/** A rule that looks at each resource before it is made or changed: what breaks it, where it is mandatory, never happens. */
export function resourceRule<Settings extends object = object>({ name, description, level, settings, faults }: Rule<Settings>): ResourceRule<Settings> {
  return {
    name, description, enforcementLevel: level, faults,
    ...(settings && { configSchema: { properties: settings } }),
    validateResource(args, report) {
      // So the engine shows what a run leaves out and the state lacks, such as what an unreachable site would get.
      if (Object.keys(args.props).length === 0) return;
      const resource = { type: args.type, name: args.name, props: plain(args.props) as Declared["props"], ignored: args.opts.ignoreChanges };
      for (const fault of faults(resource, args.getConfig<Partial<Settings>>())) report(fault);
    },
  };
}

/** A fault as all rules word it. */
export function fault(what: string, toDo: string): string {
  return `${what}\nwhat to do: ${toDo}`;
}
