import type { dynamic } from "@pulumi/pulumi";
import { releaseName, type BuildRecord, type FormatRecord } from "#model/release";
import type { GroupName, Store } from "#store/store";
import { StoreError } from "#store/errors";
import { signingKey } from "#providers/seal/signing-key";
import { builtRelease } from "#providers/shared/built-release";
import { configuredStore, configureStore } from "#providers/shared/configured-store";
import { stopBuildsWithEngine } from "#providers/shared/engine-watch";
import { configOfProvider } from "#providers/shared/stack-config";
import { sweepOnce } from "#providers/shared/sweep-once";
import { mayDiffer } from "#providers/shared/unknown";
import { writeFormat } from "#providers/disk-format/write-format";

export interface DiskFormatInputs {
  readonly image: string;
  readonly version: string;
  /** Build key of the release. */
  readonly key: string;
  /** Name of a format: `qcow2`, `ova-vmx-10-sha1`. */
  readonly format: string;
}

export interface DiskFormatOutputs extends DiskFormatInputs {
  readonly artifact: string;
  readonly sha256: string;
  readonly bytes: number;
}

let request: dynamic.ConfigureRequest | undefined;

/** The verbs of DiskFormat. `diff` looks at nothing outside; the store is append-only, so there is no update. */
export const provider = {
  configure(configure: dynamic.ConfigureRequest): void {
    request = configure;
    configureStore(configure.config);
  },

  async diff(_id: string, olds: DiskFormatOutputs, news: DiskFormatInputs): Promise<dynamic.DiffResult> {
    const replaces = (["image", "version", "key", "format"] as const).filter((name) => mayDiffer(olds[name], news[name]));
    return { changes: replaces.length > 0, replaces };
  },

  async create(inputs: DiskFormatInputs): Promise<dynamic.CreateResult<DiskFormatOutputs>> {
    const store = configuredStore();
    const build = await builtRelease(store, inputs, `convert ${releaseName(inputs)} to ${inputs.format}`);
    const record = (await sound(inputs, store)) ?? (await write(inputs, build, store));
    return { id: `format/${inputs.format}/${releaseName(inputs)}`, outs: outputs(inputs, record) };
  },

  /** A format that is gone or damaged is forgotten, so that the next `up` writes it again. What cannot be read is no proof of either. */
  async read(id: string, props: DiskFormatOutputs): Promise<dynamic.ReadResult<DiskFormatOutputs>> {
    const say = (text: string) => console.log(`[${props.image}/${props.format}] ${text}`);
    try {
      const store = configuredStore();
      const faults = await store.verify(props, { deep: process.env["IMAGEFLEET_DEEP"] === "1", group: groupOf(props) });
      const record = faults.length === 0 ? await store.record<FormatRecord>(props, groupOf(props)) : undefined;
      if (record) return { id, props: outputs(props, record) };
      say(`${faults.map(({ file, problem }) => `${file} is ${problem}`).join(", ") || "the store has lost it"}: ${releaseName(props)} will be converted again`);
      return { id: "", props };
    } catch (error) {
      say(`cannot check it: ${(error as Error).message}`);
      return { id, props };
    }
  },
};

/** The format as it lies in the store; one that is damaged is set aside. */
async function sound(inputs: DiskFormatInputs, store: Store): Promise<FormatRecord | undefined> {
  const group = groupOf(inputs);
  try {
    const record = await store.record<FormatRecord>(inputs, group);
    for (const { name } of record?.artifacts ?? []) await store.open(inputs, group, name);
    if (record || !(await store.groups(inputs)).includes(group)) return record;
    return await setAside(inputs, store, "its record is missing");
  } catch (error) {
    if (!(error instanceof StoreError) || error.faults.length === 0) throw error;
    return setAside(inputs, store, error.fault.cause);
  }
}

async function setAside(inputs: DiskFormatInputs, store: Store, cause: string): Promise<undefined> {
  console.log(`[${inputs.image}/${inputs.format}] set aside what the store has: ${cause}`);
  await store.quarantineGroup(inputs, groupOf(inputs));
}

async function write({ image, version, format }: DiskFormatInputs, build: BuildRecord, store: Store): Promise<FormatRecord> {
  const signal = stopBuildsWithEngine();
  await sweepOnce(store);
  const { seal } = configOfProvider(request);
  return writeFormat({ id: { image, version }, build, format, store, signal, signingKey: (action) => signingKey(seal, action) });
}

function groupOf({ format }: DiskFormatInputs): GroupName {
  return `formats/${format}`;
}

function outputs({ image, version, key, format }: DiskFormatInputs, { artifact }: FormatRecord): DiskFormatOutputs {
  return { image, version, key, format, artifact: artifact.name, sha256: artifact.sha256, bytes: artifact.bytes };
}
