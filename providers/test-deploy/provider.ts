import { Semaphore } from "async-mutex";
import type { dynamic } from "@pulumi/pulumi";
import { releaseName } from "#model/release";
import { Progress } from "#providers/shared/progress";
import { mayDiffer } from "#providers/shared/unknown";
import { VmNotes } from "#providers/shared/vcenter/vm-notes";
import { withVcenter } from "#providers/shared/vcenter/with-vcenter";
import { deployAndCheck, type DeployContext } from "#providers/test-deploy/deploy-and-check";
import type { DeployInputs, DeployOutputs } from "#providers/test-deploy/inputs";
import { vmName } from "#providers/test-deploy/test-vms";

/** A test is of a release on a vCenter: how it is done may change without it being done again. */
const identity = ["site", "vcenter", "image", "version"] as const;

/** VMs that run at once on a vCenter: it is somebody's. */
const atOnce = 3;
const turns = new Map<string, Semaphore>();

/** The verbs of TestDeploy. A test that passed is not repeated; there is nothing to read, and nothing to delete. */
export const provider = {
  async diff(_id: string, olds: DeployOutputs, news: DeployInputs): Promise<dynamic.DiffResult> {
    const replaces = identity.filter((name) => mayDiffer(olds[name], news[name]));
    return { changes: replaces.length > 0, replaces };
  },

  async create(inputs: DeployInputs): Promise<dynamic.CreateResult<DeployOutputs>> {
    const id = `${inputs.site}/${inputs.vcenter}/${releaseName(inputs)}/deploy`;
    return { id, outs: await turnOf(inputs.server).runExclusive(() => test(inputs)) };
  },
};

async function test(inputs: DeployInputs): Promise<DeployOutputs> {
  const progress = new Progress(`${inputs.site}/${inputs.vcenter}/${releaseName(inputs)}`);
  try {
    const evidence = await withVcenter(inputs, (client) => deployAndCheck(inputs, { client, notes: notesOf(inputs), progress }));
    progress.done(`VMware Tools ran after ${evidence.seconds} s, at ${evidence.address}${inputs.keep ? `; the VM ${vmName(inputs)} was kept` : ""}`);
    return { ...inputs, ...evidence };
  } finally {
    progress.stop();
  }
}

/** A session for each use: one would end for idleness while a large disk is deployed. */
function notesOf(inputs: DeployInputs): DeployContext["notes"] {
  const use = async <Result>(work: (notes: VmNotes) => Promise<Result>): Promise<Result> => {
    const notes = await VmNotes.open(inputs);
    return work(notes).finally(() => notes.close());
  };
  return { read: (vm) => use((notes) => notes.read(vm)), write: (vm, text) => use((notes) => notes.write(vm, text)) };
}

function turnOf(server: string): Semaphore {
  const known = turns.get(server) ?? new Semaphore(atOnce);
  turns.set(server, known);
  return known;
}
