import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { FleetConfig } from "#model/config/types";
import { pluginDownloads } from "../../../tools/engine/plugin-downloads.ts";

const off = { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" };

beforeEach(() => {
  vi.stubEnv("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", undefined);
  return () => void vi.unstubAllEnvs();
});

function sites(...kinds: string[]): Pick<FleetConfig, "sites"> {
  return { sites: Object.fromEntries(kinds.map((kind) => [kind, { kind }])) } as unknown as Pick<FleetConfig, "sites">;
}

async function backend(state?: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-backend-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await mkdir(join(dir, ".pulumi/stacks/imagefleet"), { recursive: true });
  if (state) await writeFile(join(dir, ".pulumi/stacks/imagefleet/dev.json"), state);
  return pathToFileURL(dir).href;
}

test("a fleet of local sites alone downloads no plugin", async () => {
  expect(await pluginDownloads(sites("local", "vagrant"), "dev", await backend())).toEqual(off);
  expect(await pluginDownloads(sites("local"), "dev", await backend(`[{"type": "pulumi:providers:pulumi-nodejs"}]`))).toEqual(off);
});

test.for(["openstack", "vsphere"])("a fleet with a site of %s may download plugins", async (kind) => {
  expect(await pluginDownloads(sites("local", kind), "dev", await backend())).toEqual({});
});

test.for(["openstack", "vsphere"])("the last site of %s is gone from the configuration, but its resources are still to be deleted", async (kind) => {
  expect(await pluginDownloads(sites("local"), "dev", await backend(`[{"type": "pulumi:providers:${kind}"}]`))).toEqual({});
});

test("a state that is not in a file may hold anything", async () => {
  expect(await pluginDownloads(sites("local"), "dev", "s3://states")).toEqual({});
  expect(await pluginDownloads(sites("local"), "dev", undefined)).toEqual({});
});

test("what the user has set stays", async () => {
  vi.stubEnv("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "false");
  expect(await pluginDownloads(sites("local"), "dev", await backend())).toEqual({ PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "false" });
});
