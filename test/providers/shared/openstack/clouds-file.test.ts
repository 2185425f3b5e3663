import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { readCloud } from "#providers/shared/openstack/clouds-file";

const start = process.cwd();
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-clouds-"));
  await mkdir(join(dir, "project"));
  process.chdir(join(dir, "project"));
  vi.stubEnv("OS_CLIENT_CONFIG_FILE", undefined);
});
afterEach(async () => {
  process.chdir(start);
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

const auth = (values: object) => ({ auth: { auth_url: "https://keystone.example/v3", ...values } });

function write(name: string, clouds: object, key = "clouds"): Promise<void> {
  return writeFile(name, stringify({ [key]: clouds }));
}

test("the file that OS_CLIENT_CONFIG_FILE names comes before the project's own, and one that is not there is passed over", async () => {
  await write("clouds.yaml", { corp: auth({ username: "own" }) });
  await write(join(dir, "named.yaml"), { corp: auth({ username: "named" }) });
  vi.stubEnv("OS_CLIENT_CONFIG_FILE", join(dir, "named.yaml"));
  expect((await readCloud("corp")).auth).toMatchObject({ username: "named" });
  vi.stubEnv("OS_CLIENT_CONFIG_FILE", join(dir, "nowhere.yaml"));
  expect((await readCloud("corp")).auth).toMatchObject({ username: "own" });
});

test("secure.yaml wins over clouds.yaml, key by key, and is looked for in the project, not beside OS_CLIENT_CONFIG_FILE", async () => {
  await write(join(dir, "clouds.yaml"), { corp: { ...auth({ username: "robot", password: "old" }), verify: false } });
  await write(join(dir, "secure.yaml"), { corp: { auth: { password: "not read" } } });
  await write("secure.yaml", { corp: { auth: { password: "secret", username: "" } } });
  vi.stubEnv("OS_CLIENT_CONFIG_FILE", join(dir, "clouds.yaml"));
  expect(await readCloud("corp")).toMatchObject({ auth: { auth_url: "https://keystone.example/v3", username: "robot", password: "secret" }, verify: false });
});

test("a profile is under the entry, and a region's values are over it", async () => {
  await write("clouds.yaml", { corp: { profile: "vendor", auth: { username: "robot" }, regions: ["south", { name: "north", values: { auth: { auth_url: "https://north.example/v3" }, interface: "internal" } }] } });
  await write("clouds-public.yaml", { vendor: auth({ project_domain_name: "Default" }) }, "public-clouds");
  expect(await readCloud("corp", "south")).toMatchObject({ auth: { auth_url: "https://keystone.example/v3", username: "robot", project_domain_name: "Default" } });
  expect(await readCloud("corp", "north")).toMatchObject({ auth: { auth_url: "https://north.example/v3", username: "robot" }, interface: "internal" });
});

test("ids that YAML takes for numbers stay text", async () => {
  await writeFile("clouds.yaml", "clouds: {corp: {auth: {project_id: 12345678901234}}}");
  expect((await readCloud("corp")).auth).toEqual({ project_id: "12345678901234" });
});

test("what is missing or broken is named, with the file, and no line of it is shown", async () => {
  await writeFile("clouds.yaml", 'clouds:\n  corp:\n    auth: {password: "hunter2\n');
  await expect(readCloud("corp")).rejects.toThrow(/log in to the cloud corp \(.*clouds\.yaml\): it is not YAML/);
  await expect(readCloud("corp")).rejects.not.toThrow("hunter2");
  await write("clouds.yaml", { other: auth({}) });
  await expect(readCloud("corp")).rejects.toThrow(/it has no entry corp\n.*OS_CLIENT_CONFIG_FILE/);
  await write("clouds.yaml", { corp: { profile: "vendor" } });
  await expect(readCloud("corp")).rejects.toThrow("the profile vendor of the entry corp is in no clouds-public.yaml");
});
