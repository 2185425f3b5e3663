import { setTimeout as sleep } from "node:timers/promises";
import { AzureError } from "#providers/shared/azure/azure-error";
import type { Arm } from "#providers/shared/azure/arm";
import { getRegistered, kindOf, nameOf } from "#providers/shared/azure/registered";
import type { RegisteredImage } from "#providers/shared/azure/registered-image";

export interface Waiting {
  /** Milliseconds between two looks. Default: begins with `firstMs` and grows to 20 s. */
  readonly intervalMs?: number;
  /** Milliseconds before the second look. Default 2 s. */
  readonly firstMs?: number;
  /** Milliseconds. Default 3 h: Azure copies the disk to every region. */
  readonly patienceMs?: number;
  readonly progress: (text: string) => void;
}

const under = ["creating", "updating", "migrating", "deleting", "replicating"];

/** Waits while Azure works on it. @returns it, whole or failed; undefined where it is not there. @throws AzureError */
export async function settledImage(arm: Arm, id: string, { intervalMs, firstMs = 2_000, patienceMs = 3 * 3600_000, progress }: Waiting): Promise<RegisteredImage | undefined> {
  const began = Date.now();
  for (let wait = intervalMs ?? firstMs; ; wait = Math.min(intervalMs ?? wait * 1.5, 20_000)) {
    const image = await getRegistered(arm, id);
    if (!image || !isUnderWay(image)) return image;
    const minutes = Math.floor((Date.now() - began) / 60_000);
    progress(`${nameOf(id)} is ${stateText(image)}${minutes > 0 ? ` for ${minutes} min` : ""}; waiting`);
    if (Date.now() - began > patienceMs) throw new AzureError({ action: `wait for the ${kindOf(id)} ${nameOf(id)}`, place: id, cause: `it is still ${stateText(image)} after ${minutes} min`, hint: "run the same command again later: nothing is sent twice" });
    await sleep(wait);
  }
}

/** A version is whole when each of its regions is. */
export function isUnderWay({ state, replication, regions }: RegisteredImage): boolean {
  if (under.includes(state.toLowerCase())) return true;
  return state.toLowerCase() === "succeeded" && replication.some((one) => under.includes(one.state.toLowerCase()) && regions.some(({ region }) => region === one.region));
}

/** Regions that were to have it and do not. */
export function failedRegions({ replication }: RegisteredImage): string[] {
  return replication.filter(({ state }) => state.toLowerCase() === "failed").map(({ region }) => region);
}

/** `Creating (northeurope Replicating, 40 %)` */
function stateText({ state, replication }: RegisteredImage): string {
  const open = replication.filter((one) => one.state.toLowerCase() !== "completed");
  return `${state}${open.length > 0 ? ` (${open.map((one) => `${one.region} ${one.state}`).join(", ")})` : ""}`;
}
