import { faultsIn, leftOut, silent, storePlace, unknownChannel } from "#providers/channel-flip/look-text";
import type { Metadata } from "../engine/events.ts";
import type { DriftState, Finding } from "./findings.ts";

type Judged = Pick<Finding, "state" | "what">;

/** What a wave of a channel is, from its state. */
interface Wave {
  readonly channel: string;
  readonly image: string;
  readonly version: string;
  readonly sha256: string;
  readonly sites: readonly string[];
  readonly bestEffort: readonly string[];
  readonly last: boolean;
}

/**
 * How a wave of a channel is found on each of its sites that hold it back, and in the store: a finding each, as for registrations.
 * @param judged What is said of all of it.
 * @returns undefined for what is no wave of a channel.
 */
export function pointerFindings(name: string, { old, new: now }: Metadata, judged: Judged): Finding[] | undefined {
  if (!/^channel\/[^/]+\/[^/]+\/wave-\d+$/.test(name)) return undefined;
  const wave = (now?.outputs ?? old?.outputs) as Wave | undefined;
  if (!wave || !Array.isArray(wave.sites)) return undefined;
  const places = [...wave.sites.filter((site) => !wave.bestEffort.includes(site)), ...(wave.last && judged.state !== "missing" ? [storePlace] : [])];
  const { faults: all, more } = faultsIn(judged.what ?? "", places);
  // where the look itself failed, its message is of no place
  const faults = judged.state === "unreachable" ? all.filter(({ what }) => what === leftOut || what.startsWith(silent)) : all;
  const { channel, image, version, sha256 } = wave;
  const onPlace = (fault: string | undefined): Judged => {
    if (fault !== undefined) return { state: stateOf(fault), what: fault.startsWith("points at") ? `${fault}, not ${version}` : fault };
    if (more > 0) return { state: "unreachable", what: "too much else is wrong to tell" };
    if (judged.state === "missing") return { state: "missing", what: `points at nothing, not ${version}` };
    return faults.length > 0 ? { state: "correct" } : judged;
  };
  return places.flatMap((place): Finding[] => {
    const fault = faults.find((found) => found.place === place)?.what;
    return fault === leftOut ? [] : [{ name, place: place === storePlace ? "store" : place, channel, image, version, sha256, ...onPlace(fault) }];
  });
}

function stateOf(fault: string): DriftState {
  if (fault.startsWith(silent)) return "unreachable";
  return fault === "points at nothing" || fault === unknownChannel ? "missing" : "incorrect";
}
