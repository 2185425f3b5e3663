import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { probePlaces, type Probed } from "#fleet/probe-sites";
import { parseConfig } from "#model/config/parse-config";
import { placesOf } from "#model/places";

async function directory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-probe-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

function probe(sites: Record<string, unknown>, log: (line: string) => void = () => undefined): Promise<Probed> {
  return probePlaces(placesOf(parseConfig({ sites }).sites), log);
}

/** A boundary of vCenters on loopback. */
function boundary(ports: readonly number[]): Record<string, unknown> {
  const [first, ...others] = ports.map((port, index) => ({ name: `vc${index}`, server: `127.0.0.1:${port}` }));
  return { kind: "vsphere", credentials: "IMAGEFLEET_TEST_VC", datacenter: "d", datastore: "s", publishers: [{ ...first, subscribers: others }] };
}

/** A server that takes connections and says nothing. @returns its port */
async function silent(): Promise<number> {
  const server = createServer((socket) => socket.on("error", () => undefined));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test("a catalog is reachable where its directory can be made, and only there", async () => {
  const dir = await directory();
  await writeFile(join(dir, "file"), "");
  const { unreachable } = await probe({ good: { kind: "local", path: join(dir, "a/b") }, bad: { kind: "vagrant", path: join(dir, "file/below") } });
  expect(unreachable.map(({ place }) => place)).toEqual(["bad"]);
  expect(unreachable[0]!.cause).toContain("ENOTDIR");
});

test("each vCenter is named by itself, with the variables that are not set", async () => {
  vi.stubEnv("IMAGEFLEET_TEST_VC_PASSWORD", "secret");
  onTestFinished(() => void vi.unstubAllEnvs());
  const { unreachable, trust } = await probe({ corp: boundary([1, 2]) });
  expect(unreachable.map(({ place }) => place)).toEqual(["corp/vc0", "corp/vc1"]);
  for (const { cause, hint } of unreachable) {
    expect(cause).toBe("IMAGEFLEET_TEST_VC_USER is not set");
    expect(hint).toContain("set IMAGEFLEET_TEST_VC_USER");
  }
  expect(trust).toEqual({});
});

test("a cloud that clouds.yaml does not have is unreachable, and says where that was looked for", async () => {
  vi.stubEnv("OS_CLIENT_CONFIG_FILE", join(await directory(), "clouds.yaml"));
  onTestFinished(() => void vi.unstubAllEnvs());
  const { unreachable } = await probe({ eu: { kind: "openstack", cloud: "nowhere" } });
  expect(unreachable).toEqual([expect.objectContaining({ place: "eu", cause: expect.stringMatching(/clouds\.yaml|nowhere/) as string })]);
});

test("fifty that never answer take no longer than one, and it is said who is waited for", { timeout: 40_000 }, async () => {
  vi.stubEnv("IMAGEFLEET_TEST_VC_USER", "user");
  vi.stubEnv("IMAGEFLEET_TEST_VC_PASSWORD", "secret");
  onTestFinished(() => void vi.unstubAllEnvs());
  const ports = await Promise.all(Array.from({ length: 50 }, silent));
  const said: string[] = [];
  const started = performance.now();
  const { unreachable } = await probe({ corp: boundary(ports) }, (line) => said.push(line));
  expect(performance.now() - started).toBeLessThan(20_000);
  expect(unreachable).toHaveLength(50);
  expect(said).toEqual([expect.stringMatching(/waiting for corp\/vc0, .*corp\/vc49/)]);
});
