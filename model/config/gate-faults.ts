import type { ZodType } from "zod";
import type { ConfigFault } from "#model/config/config-error";
import type { Draft } from "#model/config/draft";
import { mergeGates, writtenGates, type WrittenGates } from "#model/config/gate-layers";
import { complianceGate, scanner, type GatesInput } from "#model/config/gates-schema";
import type { Given } from "#model/config/given";
import { layersOf } from "#model/config/layers";
import { expectationOf } from "#model/config/schema-at";
import { settingPath } from "#model/config/setting-path";

/** Settings that a gate cannot do without and that neither an image nor what stands behind it gives: each place once. */
export function gateFaults(draft: Draft, given: Given): ConfigFault[] {
  const faults = [...layersOf(draft).values()].flatMap((layer) => {
    const written = writtenGates(layer, draft);
    return wanted(mergeGates(written)).flatMap((keys) => unset(keys, written, given));
  });
  return [...new Map(faults.map((fault) => [fault.path, fault])).values()];
}

/** What is missing from merged gates, as keys below `gates`. */
function wanted({ compliance, scanners }: GatesInput): string[][] {
  const lacking = (value: object, at: readonly string[], names: readonly string[]): string[][] =>
    names.filter((name) => (value as Record<string, unknown>)[name] === undefined).map((name) => [...at, name]);
  return [
    ...(compliance ? lacking(compliance, ["compliance"], ["content", "profile"]) : []),
    ...Object.entries(scanners ?? {}).flatMap(([name, one]) => lacking(one, ["scanners", name], ["command", "report", ...(one.maxDataAge === undefined ? [] : ["dataAge"])])),
  ];
}

/** Said where the gate is written first: there it is most likely forgotten, and counts for all images behind it. */
function unset(keys: readonly string[], written: readonly WrittenGates[], given: Given): ConfigFault[] {
  const around = keys.slice(0, -1);
  const places = written.filter(({ gates }) => valueAt(gates, around) !== undefined).map((place) => [...place.keys, ...keys]);
  if (places.length === 0 || places.some((place) => given.near(place))) return [];
  const name = keys.at(-1)!;
  const shape: Readonly<Record<string, ZodType>> = (keys[0] === "compliance" ? complianceGate : scanner).shape;
  const hint = name === "dataAge" ? "name the command that prints the date of the data, or remove maxDataAge" : undefined;
  return [{ path: settingPath(places[0]!), problem: `${name} is not set`, expected: expectationOf(shape[name]), hint }];
}

function valueAt(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], value);
}
