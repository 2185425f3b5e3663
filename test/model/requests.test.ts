import { expect, test } from "vitest";
import { planFleet, type FleetFacts } from "#model/plan-fleet";
import type { FoundRequest } from "#model/request";
import { channelsOf, factsOf, imageOf, ledgerOf, needsOf, stored, version } from "./stored.ts";

const image = imageOf("tiny");
const place = { stack: "images/dev", channel: "stable", image: "tiny" };
const releases = [stored("tiny", 1), stored("tiny", 2), stored("tiny", 3, { formats: [] })];
const channels = channelsOf({ stable: { tiny: "request" } });

function asked(serial: number, more: Partial<FoundRequest> & { sha256?: string } = {}): FoundRequest {
  const { sha256 = `k${serial}`, ...found } = more;
  return { ...place, says: { ...place, version: version(serial), sha256, since: "2026-11-02T00:00:00Z", expires: "2026-12-02T00:00:00Z" }, ...found };
}

/** @param pointed Serial of what the channel points at so far. */
function plan(requests: readonly FoundRequest[], { pointed, held = pointed === undefined ? [] : [pointed], ...more }: Partial<Omit<FleetFacts, "requests" | "pointed">> & { pointed?: number; held?: number[] } = {}) {
  const points = pointed === undefined ? [] : [{ channel: "stable", image: "tiny", version: version(pointed) }];
  return planFleet([needsOf(image, ledgerOf(releases, held))], factsOf({ channels, requests: new Map([["stable/tiny", requests]]), pointed: points, ...more }));
}

test("what is asked for is the release of the channel and of the image, and is carried out", () => {
  const { channels: [stable], images, answers, faults } = plan([asked(2)], { pointed: 1 });
  expect(stable).toEqual({ channel: "stable", image: "tiny", version: version(2), via: ["request", "images/dev"], pointed: version(1), request: "stable" });
  expect(images[0]?.version).toBe(version(2));
  expect(answers).toEqual([{ ...place, asked: "2026-11-02T00:00:00Z", version: version(2) }]);
  expect(faults).toEqual([]);
});

test("while nobody asks for what may be had, a stack that never builds takes nothing, and misses nothing", () => {
  for (const requests of [[], [asked(3)]]) {
    expect(plan(requests)).toMatchObject({ channels: [], images: [], missing: [], faults: [], waiting: [{ channel: "stable", image: "tiny" }] });
  }
  // What is there is not taken away because documents have gone.
  expect(plan([], { held: [1, 2] }).faults).toEqual([expect.objectContaining({ path: "imagefleet:channels.stable.tiny", problem: expect.stringContaining("this stack has 2026.1101.1, 2026.1101.2 of tiny") as string })]);
});

test("what is refused names why, and the channel stays where it is", () => {
  const revoked = new Map([[`tiny@${version(2)}`, "CVE-2026-0001"]]);
  const refused = [
    [[asked(2, { problem: "unknown key" })], {}, /^images\/dev asks: unknown key$/],
    [[asked(2, { sha256: "other" })], {}, /another digest \(k2\) than what is asked for \(other\)/],
    [[asked(2)], { revoked }, /^images\/dev asks for 2026\.1101\.2: it is revoked \(CVE-2026-0001\)$/],
    [[asked(3)], {}, /not sealed as qcow2 \(laptop\)/],
    [[asked(9)], {}, /the store has no release 2026\.1101\.9 of tiny/],
  ] as const;
  for (const [requests, more, why] of refused) {
    const { channels: [stable], answers, faults } = plan(requests, { pointed: 1, ...more });
    expect(stable).toMatchObject({ version: version(1), pointed: version(1), request: "stable", refused: expect.stringMatching(why) as string });
    expect(answers[0]?.refused).toBeDefined();
    expect(faults).toEqual([]);
  }
});

test("a release that was carried out and is revoked since is left as by any other channel, and the other stack is told", () => {
  const { channels: [stable], answers } = plan([asked(2)], { pointed: 2, held: [1, 2], revoked: new Map([[`tiny@${version(2)}`, "CVE-2026-0001"]]) });
  expect(stable).toMatchObject({ version: version(1), revokedFallback: { from: version(2) } });
  expect(stable).not.toHaveProperty("request");
  expect(answers[0]?.refused).toBe("2026.1101.2 is revoked: CVE-2026-0001");
});

test("a channel that follows one of requests moves by the same request, and waits with it", () => {
  const following = channelsOf({ candidate: { tiny: "request" }, stable: { tiny: "candidate" } });
  const requests = new Map([["candidate/tiny", [asked(1, { channel: "candidate" })]]]);
  const of = (facts: Partial<FleetFacts>) => planFleet([needsOf(image, ledgerOf(releases, []))], factsOf({ channels: following, ...facts }));
  expect(of({ requests }).channels).toEqual(["candidate", "stable"].map((channel) => expect.objectContaining({ channel, version: version(1), request: "candidate" })));
  expect(of({}).waiting.map(({ channel }) => channel)).toEqual(["candidate", "stable"]);
});

test("who asks is told what has become of it", () => {
  const asking = { ...channelsOf({ stable: { tiny: "latest" } })["stable"]!, publish: "request" as const };
  const status = { version: version(1), status: "carried out by images/prod" };
  const { channels: [stable] } = plan([], { channels: { stable: asking }, asked: new Map([["stable/tiny", status]]) });
  expect(stable).toEqual({ channel: "stable", image: "tiny", version: version(2), via: ["latest"], pointed: version(1), asks: status.status });
});
