import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "#model/config/parse-config";
import { dueImages, moveEpochs } from "../../../tools/review/bump-epochs.ts";

const file = (images: string, defaults = "") => `# The team's stack.
config:
  imagefleet:images:
${images}
  imagefleet:sites: {desk: {kind: local, path: desk},   shelf: { kind: vagrant, path: shelf }}   # two
${defaults}  other:setting: 'kept'   # as it is
`;

function configOf(text: string) {
  const { config } = parse(text) as { config: Record<string, unknown> };
  return parseConfig(Object.fromEntries(Object.entries(config).flatMap(([key, value]) => (key.startsWith("imagefleet:") ? [[key.slice("imagefleet:".length), value]] : []))));
}

const several = file(`    base:   # the bottom
      os: tiny/tiny-x86_64
      epoch: '2026-11-01'   # the first of the month
      rebuildAfter: 7d
      sites: [desk, shelf]
      targets: {vagrant: {scripts: [targets/vagrant]}}
    "web": {parent: base, epoch: "2026-11-10", rebuildAfter: 7d, sites: [desk]}
    db: {parent: base, epoch: 2026-10-01, sites: [desk]}`);

test("an image is due on the day on which its epoch is as old as rebuildAfter; one without it is not", () => {
  const due = (today: string) => dueImages(configOf(several), today).map(({ image, age }) => `${image} ${age}`);
  expect(due("2026-11-07")).toEqual([]);
  expect(due("2026-11-08")).toEqual(["base 7", "base-vagrant 7"]);
  expect(due("2026-11-17")).toEqual(["base 16", "base-vagrant 16", "web 7"]);
});

test("those that are named, and with `now` whatever their age; never one of today or later", () => {
  const due = (named: string[], now: boolean, today = "2026-11-08") => dueImages(configOf(several), today, { named, now }).map(({ image }) => image);
  expect(due(["db", "base"], false)).toEqual(["base"]);
  expect(due(["db", "web"], true)).toEqual(["db"]);
  expect(due(["web"], true, "2026-11-10")).toEqual([]);
  expect(due([], true)).toEqual(["base", "base-vagrant"]);
});

test("nothing but the epoch changes, and quotes stay; what had none gets them", () => {
  const edited = moveEpochs(several, configOf(several), ["base", "base-vagrant", "web", "db"], "2026-11-21");
  expect(edited).toBe(several.replace("'2026-11-01'", "'2026-11-21'").replace('"2026-11-10"', '"2026-11-21"').replace("2026-10-01", '"2026-11-21"'));
});

test("an epoch of several images is moved where it is written if all are due, else the due ones get their own", () => {
  const shared = file(`    # a comment
    a:
      # what it is
      os: tiny/tiny-x86_64
      sites: [desk]
    b: {os: tiny/tiny-x86_64, sites: [desk]}`, "  imagefleet:defaults: {images: {epoch: \"2026-11-01\", rebuildAfter: 7d}}\n");
  const move = (...due: string[]) => moveEpochs(shared, configOf(shared), due, "2026-11-21");
  expect(move("a", "b")).toBe(shared.replace("2026-11-01", "2026-11-21"));
  expect(move("a")).toBe(shared.replace("      os: tiny", "      epoch: \"2026-11-21\"\n      os: tiny"));
  expect(move("b")).toBe(shared.replace("{os: tiny", "{epoch: \"2026-11-21\", os: tiny"));
});

test("whatever is due, exactly that has the new epoch afterwards, with the layers that had it of them", () => {
  const config = configOf(several);
  fc.assert(fc.property(fc.subarray(Object.keys(config.images)), (due) => {
    const after = configOf(moveEpochs(several, config, due, "2026-11-21"));
    for (const [name, { epoch }] of Object.entries(after.images)) {
      if (due.includes(name)) expect(epoch).toBe("2026-11-21");
      else if (!(name === "base-vagrant" && due.includes("base"))) expect(epoch).toBe(config.images[name]!.epoch);
    }
  }));
});
