import type { dynamic } from "@pulumi/pulumi";
import { FleetError } from "#model/errors";
import { configureStore } from "#providers/shared/configured-store";
import type { SnapshotInputs, SnapshotOutputs } from "#providers/ebs-snapshot/inputs";

/** The verbs of EbsSnapshot. */
export const provider = {
  configure({ config }: dynamic.ConfigureRequest): void {
    configureStore(config);
  },
  async diff(_id: string, _olds: SnapshotOutputs, _news: SnapshotInputs): Promise<dynamic.DiffResult> {
    return { changes: false };
  },
  async create(_inputs: SnapshotInputs): Promise<dynamic.CreateResult<SnapshotOutputs>> {
    throw new FleetError({ action: "send", cause: "not yet" });
  },
  async update(_id: string, olds: SnapshotOutputs, _news: SnapshotInputs): Promise<dynamic.UpdateResult<SnapshotOutputs>> {
    return { outs: olds };
  },
  async read(id: string, props: SnapshotOutputs): Promise<dynamic.ReadResult<SnapshotOutputs>> {
    return { id, props };
  },
  async delete(_id: string, _props: SnapshotOutputs): Promise<void> {},
};
