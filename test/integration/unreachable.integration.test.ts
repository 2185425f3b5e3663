import { afterAll, beforeAll, expect, test } from "vitest";
import { createKeyFile } from "#providers/seal/create-key-file";
import { ensureTestPlugins, installPlugins } from "../../tools/setup/test-plugins.ts";
import { startVcsim, type Vcsim } from "../servers/vcsim.ts";
import { storeRealRelease } from "../store/real-release.ts";
import { Project, type Result } from "./project.ts";
import { linesOf, transcript } from "./transcript.ts";

/** A boundary of which most vCenters cannot be reached, each for a reason of its own. Steps of one story, in this order. */
const subscribers = ["good", "other-certificate", "stranger", "no-credentials", "down"] as const;
type Name = "hub" | (typeof subscribers)[number];

let vcsim: Vcsim;
let project: Project;
let up: Result;

beforeAll(async () => {
  vcsim = await startVcsim({ vcenters: ["hub", ...subscribers].map((name) => ({ name })) });
  project = await Project.create(fleet({ "other-certificate": { thumbprint: "0".repeat(64) }, "stranger": { credentials: "WRONG" }, "no-credentials": { credentials: "UNSET" }, down: { server: "127.0.0.1:1" } }));
  Object.assign(project.env, vcsim.env, { WRONG_USER: "administrator@vsphere.local", WRONG_PASSWORD: "guessed-wrong" });
  await installPlugins(project.env["PULUMI_HOME"]!, await ensureTestPlugins({ log: () => {} }));
  const key = project.path(".imagefleet/signing-key.asc");
  await createKeyFile(key);
  process.env["IMAGEFLEET_SIGNING_KEY_FILE"] = key; // what seals the test's release; the project's own processes have their configuration
  await storeRealRelease(project.store, { image: "tiny", version: "2026.1101.1" }, ["ova"]);
  up = await project.up();
});
afterAll(async () => {
  delete process.env["IMAGEFLEET_SIGNING_KEY_FILE"];
  await project?.remove();
  await vcsim?.stop();
});

/** @param changes Settings of vCenters that are not as they should be. */
function fleet(changes: Partial<Record<Name, Record<string, unknown>>> = {}): Record<string, unknown> {
  const settings = (name: Name) => {
    const { server, thumbprint, credentials, datacenter, datastore } = vcsim.vcenter(name);
    return { name, server, thumbprint, credentials, datacenter, datastore, ...changes[name] };
  };
  return {
    build: "never",
    images: { tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["corp"] } },
    sites: { corp: { kind: "vsphere", publishers: [{ ...settings("hub"), subscribers: subscribers.map(settings) }] } },
  };
}

async function itemsOf(name: Name): Promise<string[]> {
  return (await vcsim.items(name)).map((item) => item.name);
}

test("the others converge, and the run ends with an error", async () => {
  expect(up.exitCode, up.text).toBe(1);
  expect(await itemsOf("hub")).toEqual(["tiny-2026.1101.1"]);
  expect(await itemsOf("good")).toEqual(["tiny-2026.1101.1"]);
  for (const name of subscribers.slice(1)) expect(await itemsOf(name), name).toEqual([]);
  expect(up.text).toMatch(/tiny.*4 vCenters unreachable/);
  await transcript("vcenter-unreachable", linesOf(up.text, /^unreachable, left out of this run/));
});

const causes: [Name, RegExp, RegExp][] = [
  ["other-certificate", /it shows a certificate with the SHA-256 fingerprint [0-9a-f]{64}, and 0{64} is pinned/, /ask whoever runs it/],
  ["stranger", /refuses the user name or the password/, /check WRONG_USER and WRONG_PASSWORD/],
  ["no-credentials", /UNSET_USER and UNSET_PASSWORD are not set/, /set UNSET_USER and UNSET_PASSWORD in the environment/],
  ["down", /ECONNREFUSED/, /check `server`/],
];

test.for(causes)("each is named with its cause and what to do about it: %s", ([name, cause, hint]) => {
  const [, said, todo] = new RegExp(`^unreachable, left out of this run: corp/${name} \\((.*)\\)\\n  what to do: (.*)$`, "m").exec(up.text) ?? [];
  expect(said, up.text).toMatch(cause);
  expect(todo).toMatch(hint);
  expect(up.text).not.toContain("guessed-wrong");
});

test("drift looks at the others: nothing has drifted there, and the exit is 1; then something has, and it is 3", async () => {
  const blind = await project.run("drift");
  expect(blind.exitCode, String(blind.all)).toBe(1);
  expect(blind.all).toContain("no drift among what could be looked at");
  expect(blind.all).toContain("unreachable, not looked at: corp/down (");
  const [item] = await vcsim.items("good");
  await vcsim.deleteItem("good", item!.id);
  const stale = await project.run("drift", ["--only", "corp/hub,corp/good"]);
  expect(stale.exitCode, String(stale.all)).toBe(3);
  expect(stale.all).toMatch(/corp\/good\/sync: missing: .*tiny-2026\.1101\.1/);
  expect(stale.all).not.toContain("corp/down");
});

test("once they can be reached they converge, and what has drifted is repaired", async () => {
  await project.configure(fleet());
  const repaired = await project.up();
  expect(repaired.exitCode, repaired.text).toBe(0);
  for (const name of subscribers) expect(await itemsOf(name), name).toEqual(["tiny-2026.1101.1"]);
  const drift = await project.run("drift");
  expect(drift.exitCode, String(drift.all)).toBe(0);
});

test("a publisher that cannot be reached leaves its subscribers as they are, and nothing is deleted", async () => {
  const password = `${vcsim.vcenter("hub").credentials}_PASSWORD`;
  project.env[password] = "guessed-wrong";
  const down = await project.up();
  expect(down.exitCode, down.text).toBe(1);
  expect(down.text).toContain("unreachable, left out of this run: corp/hub (");
  expect(down.text).not.toMatch(/\bdeleted\b|\bfailed\b/);
  for (const name of ["hub", ...subscribers] as const) expect(await itemsOf(name), name).toEqual(["tiny-2026.1101.1"]);
  project.env[password] = vcsim.env[password];
  const back = await project.up();
  expect(back.exitCode, back.text).toBe(0);
});
