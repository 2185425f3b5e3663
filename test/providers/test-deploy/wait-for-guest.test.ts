import { expect, test } from "vitest";
import { waitForGuest, type GuestReport } from "#providers/test-deploy/wait-for-guest";
import type { Guest, PowerState } from "#providers/shared/vcenter/vm";

interface Look extends Partial<Guest> {
  /** Null: the VM is gone. */
  readonly power?: PowerState | null;
}

/** A VM that shows one look after the other; the last one stays. */
async function watch(looks: readonly Look[], timeout = 60_000): Promise<{ report: GuestReport; said: string[]; looks: number }> {
  let at = -1;
  const said: string[] = [];
  const client = {
    power: async () => {
      at = Math.min(at + 1, looks.length - 1);
      const { power = "POWERED_ON" } = looks[at]!;
      return power ?? undefined;
    },
    guest: async (): Promise<Guest> => ({ toolsRunning: false, ...looks[at] }),
  };
  const report = await waitForGuest({ client, vm: "vm-1", timeout, interval: 5, progress: { begin: (step) => void said.push(step) } });
  return { report, said: [...new Set(said)], looks: at + 1 };
}

test("a guest is up when its tools run and tell an address that somebody gave it", async () => {
  const { report, said, looks } = await watch([{}, {}, { toolsRunning: true }, { toolsRunning: true, address: "169.254.7.7" }, { toolsRunning: true, address: "fe80::1" }, { toolsRunning: true, address: "192.0.2.7" }]);
  expect(report).toEqual({ up: true, seconds: expect.any(Number), address: "192.0.2.7" });
  expect(looks).toBe(6);
  expect(said).toEqual(["waiting for VMware Tools", "waiting for an address"]);
});

test("an address from before the tools answered counts only once they do", async () => {
  const { report, looks } = await watch([{ address: "192.0.2.9" }, { toolsRunning: true, address: "192.0.2.9" }]);
  expect(report.up).toBe(true);
  expect(looks).toBe(2);
});

test.for<[name: string, looks: Look[], lacks: string, why: RegExp]>([
  ["tools that never answer", [{}], "tools", /^after 0 s VMware Tools do not run in it$/],
  ["an address that never comes", [{ toolsRunning: true }], "address", /VMware Tools run in it, but it has no address/],
  ["an address that is its own", [{ toolsRunning: true, address: "169.254.1.1" }], "address", /no address/],
])("%s end the waiting after its time", async ([, looks, lacks, why]) => {
  const { report } = await watch(looks, 40);
  expect(report).toMatchObject({ up: false, lacks });
  expect(report).toHaveProperty("why", expect.stringMatching(why));
});

test.for<[power: PowerState | null, why: RegExp]>([
  ["POWERED_OFF", /went off/],
  ["SUSPENDED", /was suspended/],
  [null, /somebody deleted it/],
])("a VM that is %s is not waited for", async ([power, why]) => {
  const { report, looks } = await watch([{}, { power }]);
  expect(report).toMatchObject({ up: false, lacks: "power" });
  expect(report).toHaveProperty("why", expect.stringMatching(why));
  expect(looks).toBe(2);
});
