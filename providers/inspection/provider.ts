import type { dynamic } from "@pulumi/pulumi";
import { FleetError } from "#model/errors";
import { releaseName, type BuildRecord, type GateRecord } from "#model/release";
import { utcDay } from "#model/waivers";
import type { GroupName, Store } from "#store/store";
import { evidenceFiles } from "#providers/inspection/evidence/evidence-files";
import { gatesOf } from "#providers/inspection/gates";
import { imageGateSet } from "#providers/inspection/image-gate-set";
import { inspect } from "#providers/inspection/inspect";
import type { StatedWaiver } from "#providers/inspection/judge";
import { builtRelease } from "#providers/shared/built-release";
import { configuredStore, configureStore } from "#providers/shared/configured-store";
import { stopBuildsWithEngine } from "#providers/shared/engine-watch";
import { configOfProvider } from "#providers/shared/stack-config";
import { sweepOnce } from "#providers/shared/sweep-once";
import { mayDiffer } from "#providers/shared/unknown";

export interface InspectionInputs {
  readonly image: string;
  readonly version: string;
  readonly key: string;
  /** Name of the set of gates that the configuration wants passed. */
  readonly gateSet: string;
}

export interface InspectionOutputs extends InspectionInputs {
  readonly verdict: "passed";
  /** Findings that waivers accept. */
  readonly waived: number;
  /** SHA-256 of evidence.json. */
  readonly evidence: string;
}

let request: dynamic.ConfigureRequest | undefined;

/** The verbs of Inspection. Other gates are an update of the same release: it is not built again. */
export const provider = {
  configure(configure: dynamic.ConfigureRequest): void {
    request = configure;
    configureStore(configure.config);
  },

  async diff(_id: string, olds: InspectionOutputs, news: InspectionInputs): Promise<dynamic.DiffResult> {
    const replaces = (["image", "version", "key"] as const).filter((name) => mayDiffer(olds[name], news[name]));
    return { changes: replaces.length > 0 || mayDiffer(olds.gateSet, news.gateSet), replaces };
  },

  async create(inputs: InspectionInputs): Promise<dynamic.CreateResult<InspectionOutputs>> {
    return { id: `inspection/${releaseName(inputs)}`, outs: await pass(inputs) };
  },

  async update(_id: string, _olds: InspectionOutputs, news: InspectionInputs): Promise<dynamic.UpdateResult<InspectionOutputs>> {
    return { outs: await pass(news) };
  },

  /** Damaged evidence counts as none: it is moved aside and the release inspected again. What cannot be read is no proof of either. */
  async read(id: string, props: InspectionOutputs): Promise<dynamic.ReadResult<InspectionOutputs>> {
    try {
      const store = configuredStore();
      const record = await store.record<GateRecord>(props, groupOf(props));
      const damage = record ? await store.verify(props, { deep: process.env["IMAGEFLEET_DEEP"] === "1", group: groupOf(props) }) : [];
      if (!record || damage.length > 0) console.log(`[${props.image}/inspection] ${record ? damage.map(({ file, problem }) => `${file} ${problem}`).join(", ") : "the store has lost the evidence"}: ${releaseName(props)} will be inspected again`);
      return record && damage.length === 0 ? { id, props: outputs(record, props.key) } : { id: "", props };
    } catch (error) {
      console.log(`[${props.image}/inspection] cannot check the evidence of ${releaseName(props)}: ${(error as Error).message}`);
      return { id, props };
    }
  },
};

function groupOf({ gateSet }: InspectionInputs): GroupName {
  return `gates/${gateSet}`;
}

async function pass(inputs: InspectionInputs): Promise<InspectionOutputs> {
  const store = configuredStore();
  const build = await builtRelease(store, inputs, `inspect ${releaseName(inputs)}`);
  const passed = await store.record<GateRecord>(inputs, groupOf(inputs));
  return outputs(passed ?? (await inspectNow(inputs, build, store)), inputs.key);
}

async function inspectNow(inputs: InspectionInputs, build: BuildRecord, store: Store): Promise<GateRecord> {
  const config = configOfProvider(request);
  const today = utcDay();
  const image = config.images[inputs.image];
  const wanted = image && imageGateSet(image, today);
  if (!image || wanted !== inputs.gateSet) {
    const cause = "gates or waivers were edited, or one expired at midnight (UTC), since this run was planned";
    throw new FleetError({ action: `inspect ${releaseName(inputs)}`, cause: image ? cause : "the image is no longer configured", hint: "run it again: the plan is made from what is there now" });
  }
  const signal = stopBuildsWithEngine();
  await sweepOnce(store);
  const waivers = image.waivers.map((waiver): StatedWaiver => ({ ...waiver, setting: `imagefleet:waivers[${config.waivers.indexOf(waiver)}]` }));
  const { image: name, version, gateSet } = inputs;
  return inspect({ id: { image: name, version }, gateSet, build, config: image.gates, target: image.target, waivers, today, gates: await gatesOf(image.gates), seal: config.seal, store, signal });
}

function outputs({ image, version, gateSet, waived, artifacts }: GateRecord, key: string): InspectionOutputs {
  const evidence = artifacts.find(({ name }) => name === evidenceFiles.json)?.sha256 ?? "";
  return { image, version, key, gateSet, verdict: "passed", waived: waived.length, evidence };
}
