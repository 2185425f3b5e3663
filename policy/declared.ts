/** Stands for what is not known before the run has made it. */
export const unknown = Symbol("unknown");

/** A resource as rules see it: plain values, with `unknown` where a preview cannot tell. */
export interface Declared {
  /** Of the engine: `aws:ec2/ami:Ami`. */
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** Properties that are left as they are found. Absent: none. */
  readonly ignored?: readonly string[];
}

/**
 * The values of a resource without the traps that @pulumi/policy sets on them: it gives up a whole rule where the rule touches
 * something unknown, and the rest of what the rule could have said with it.
 */
export function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const at = (key: string | number) => plainAt(value as Record<string | number, unknown>, key);
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => at(index));
  return Object.fromEntries(Object.keys(value).map((key) => [key, at(key)]));
}

function plainAt(value: Record<string | number, unknown>, key: string | number): unknown {
  try {
    return plain(value[key]);
  } catch (error) {
    if (error instanceof Error && "unknownTypeSentinel" in error) return unknown;
    throw error;
  }
}

/** What is at a path of properties: `unknown` where that, or something on the way to it, is; undefined where it is absent. */
export function valueAt(props: unknown, path: string): unknown {
  let value = props;
  for (const step of path.split(".")) {
    if (value === unknown) return unknown;
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** The site that a resource belongs to: what its name begins with. */
export function siteOf(name: string): string {
  return name.split("/", 1)[0]!;
}

/** The release and the format in a registration's name, `laptop/debian-12@2026.1101.2/qcow2`; undefined where it has none. */
export function releaseIn(name: string): { readonly image: string; readonly version: string; readonly format: string } | undefined {
  const [, image, version, format] = /(?:^|\/)([^/@]+)@([^/@]+)\/([^/]+)$/.exec(name) ?? [];
  return image !== undefined && version !== undefined && format !== undefined ? { image, version, format } : undefined;
}
