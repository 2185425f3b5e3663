import { FleetError } from "#model/errors";
import { releaseName, type Artifact, type GateRecord } from "#model/release";
import type { GroupName, Staging, Store } from "#store/store";
import type { UnsealedRecord } from "#providers/inspection/gate-record";

/** Tries for a number that another run has not taken meanwhile. */
const tries = 20;

/** Stores the evidence of an inspection that failed, under the next free number of its set. @returns the group */
export async function storeFailure(store: Store, staging: Staging, artifacts: readonly Artifact[], record: UnsealedRecord): Promise<GroupName> {
  const { image, version } = record;
  for (let attempt = 1; attempt <= tries; attempt++) {
    const group = `failures/${record.gateSet}-${await nextNumber(store, record)}` as const;
    if ((await staging.commit<GateRecord>({ image, version }, group, artifacts, (all) => ({ ...record, artifacts: all }))) === "stored") return group;
  }
  throw new FleetError({ action: `store why ${releaseName({ image, version })} failed`, place: store.location, cause: "other runs store failures of the same release all the time", hint: "run one at a time" });
}

async function nextNumber(store: Store, { image, version, gateSet }: UnsealedRecord): Promise<number> {
  const prefix = `failures/${gateSet}-`;
  const taken = (await store.groups({ image, version })).filter((group) => group.startsWith(prefix)).map((group) => Number(group.slice(prefix.length)));
  return Math.max(0, ...taken.filter(Number.isInteger)) + 1;
}
