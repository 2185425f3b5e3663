import { expect, test } from "vitest";
import type { SiteConfig } from "#model/config/types";
import type { Store } from "#store/store";
import type { ResourceEvent } from "../../../tools/engine/events.ts";
import { summary } from "../../../tools/engine/summary.ts";

const release = "tiny@2026.1101.1";
const store = { record: () => Promise.resolve(undefined) } as unknown as Store;
const places = [{ name: "aws", site: { name: "aws" } as SiteConfig }];

function event(name: string, op: string, failed = false): ResourceEvent {
  return { urn: name, type: "pulumi-nodejs:dynamic/imagefleet:Some", name, op, failed, inputs: {} };
}

/** The cell of the site `aws`. */
async function shown(...events: ResourceEvent[]): Promise<string | undefined> {
  const hold = { ...event(`hold/${release}`, "same"), type: "pulumi-nodejs:dynamic/imagefleet:Hold", inputs: { image: "tiny", version: "2026.1101.1" } };
  const text = await summary({ events: [hold, ...events], store, siteNames: ["aws"], places, since: new Date(), unreachable: [] });
  return text.split("\n").find((line) => line.includes("2026.1101.1"))?.split("│").at(-2)?.trim();
}

test("an image and its check are one registration: what was done to most effect is told", async () => {
  expect(await shown(event(`aws/${release}/raw`, "same"), event(`aws/${release}/raw/check`, "update"))).toBe("repaired");
});

test("each region with a copy counts, also where it alone was repaired or failed", async () => {
  const copy = (region: string, op: string, failed = false): ResourceEvent[] => [event(`aws/${region}/${release}/raw`, "same"), event(`aws/${region}/${release}/raw/check`, op, failed)];
  expect(await shown(event(`aws/${release}/raw`, "same"), ...copy("us-east-1", "update"), ...copy("eu-west-1", "same"))).toBe("2 unchanged, 1 repaired");
  expect(await shown(event(`aws/${release}/raw`, "create"), ...copy("us-east-1", "create"), ...copy("eu-west-1", "create", true))).toBe("2 published, 1 failed");
});

test("what belongs to another release or another site is not told of this one", async () => {
  expect(await shown(event(`aws/${release}/raw`, "same"), event("aws/us-east-1/tiny@2026.1101.11/raw", "create"), event(`aws-2/${release}/raw`, "create"))).toBe("unchanged");
});

test("a release that is withdrawn, or comes back, is so in every region", async () => {
  const parts = [event(`aws/${release}/raw`, "update"), event(`aws/${release}/raw/launch/222222222222`, "delete"), event(`aws/us-east-1/${release}/raw`, "same")];
  expect(await shown(...parts, event(`aws/${release}/raw/status`, "create"))).toBe("2 withdrawn");
  expect(await shown(...parts, event(`aws/${release}/raw/status`, "delete"))).toBe("2 restored");
  expect(await shown(...parts, event(`aws/${release}/raw/status`, "create", true))).toBe("2 failed");
});
