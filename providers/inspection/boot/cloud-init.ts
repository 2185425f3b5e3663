/** What cloud-init says of one boot, in the two files that all its versions write. */
export interface CloudInitReport {
  /** What failed, as `stage: message`. */
  readonly errors: readonly string[];
  /** What it did without: deprecated or unknown settings, and the like. */
  readonly warnings: readonly string[];
  /** When its last stage ended, in seconds since 1970. undefined: it did not. */
  readonly finishedAt?: number;
  /** `DataSourceNoCloud [seed=/dev/vdb][dsmode=net]` */
  readonly dataSource?: string;
}

interface Stage {
  readonly errors?: readonly string[];
  readonly recoverable_errors?: Readonly<Record<string, readonly string[]>>;
  readonly finished?: number | null;
}

const stages = ["init-local", "init", "modules-config", "modules-final"];

/** @param status Text of /run/cloud-init/status.json. @param result Text of result.json, which is there when it is done. */
export function readCloudInit(status: string | undefined, result: string | undefined): CloudInitReport {
  const found = v1<Record<string, Stage | undefined>>(status);
  const outcome = v1<{ errors?: readonly string[]; datasource?: string }>(result);
  const errors = stages.flatMap((name) => (found[name]?.errors ?? []).map((error) => `${name}: ${error}`));
  const others = (outcome.errors ?? []).filter((error) => !errors.some((known) => known.endsWith(`: ${error}`)));
  const warnings = stages.flatMap((name) => Object.entries(found[name]?.recoverable_errors ?? {}).flatMap(([level, texts]) => texts.map((text) => `${name}: ${level}: ${text}`)));
  return { errors: [...errors, ...others], warnings, finishedAt: result === undefined ? undefined : (found["modules-final"]?.finished ?? undefined), dataSource: outcome.datasource };
}

function v1<T extends object>(text: string | undefined): Partial<T> {
  try {
    return (JSON.parse(text ?? "{}") as { v1?: T }).v1 ?? {};
  } catch {
    return {};
  }
}
