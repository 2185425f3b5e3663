import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { parse } from "yaml";

interface Step { readonly uses?: string; readonly run?: string; readonly env?: Record<string, string>; readonly with?: Record<string, string> }

interface Job {
  readonly permissions?: Record<string, string>;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly environment?: string;
  readonly if?: string;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}

const read = (path: string) => readFile(path, "utf8");
const workflows = ".github/workflows";

async function jobs(): Promise<[name: string, job: Job][]> {
  const files = await readdir(workflows);
  const parsed = await Promise.all(files.map(async (file) => Object.entries((parse(await read(join(workflows, file))) as { jobs: Record<string, Job> }).jobs).map(([name, job]) => [`${file}/${name}`, job] as [string, Job])));
  return parsed.flat();
}

/** Every line of a script that runs one of our commands, in all pipelines. */
async function commands(): Promise<string[]> {
  const files = [".gitlab-ci.yml", "Jenkinsfile", "Containerfile", ...(await readdir(workflows)).map((name) => join(workflows, name)), ...(await readdir(".github/actions")).map((name) => `.github/actions/${name}/action.yml`)];
  const texts = await Promise.all(files.map(read));
  return texts.flatMap((text) => text.split("\n").filter((line) => !/^\s*(#|\/\/)/.test(line)).flatMap((line) => /npm run .*/.exec(line)?.[0] ?? []));
}

test("pipelines run commands that there are, with options that their help knows", async () => {
  const { scripts } = JSON.parse(await read("package.json")) as { scripts: Record<string, string> };
  const used = new Map<string, Set<string>>();
  for (const line of await commands()) {
    const name = /^npm run (?:--silent )?([a-z]+)/.exec(line)?.[1] ?? "";
    used.set(name, new Set([...(used.get(name) ?? []), ...(line.replace("--silent", "").match(/--[a-z][a-z-]+/g) ?? [])]));
  }
  expect([...used.keys()].sort()).toEqual(["doctor", "drift", "lint", "lock", "preview", "setup", "up"]);
  for (const [name, options] of used) {
    expect(scripts, name).toHaveProperty(name);
    if (options.size === 0) continue;
    const { stdout } = await execa(process.execPath, [`tools/${name}.ts`, "--help"]);
    for (const option of options) expect(stdout, `npm run ${name}`).toContain(option);
  }
});

test("actions of others are pinned to a commit, with their version beside it; ours are there", async () => {
  const files = [...(await readdir(workflows)).map((name) => join(workflows, name)), ...(await readdir(".github/actions")).map((name) => `.github/actions/${name}/action.yml`)];
  const uses = (await Promise.all(files.map(read))).flatMap((text) => [...text.matchAll(/^ *(?:- )?uses: (.*)$/gm)].map(([, what = ""]) => what));
  expect(uses.length).toBeGreaterThan(10);
  for (const use of uses) {
    if (use.startsWith("./")) expect(existsSync(join(use, "action.yml")), use).toBe(true);
    else expect(use).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  }
});

test("a job of GitHub has no more rights than it names, ends in time, and puts no text of others into a script", async () => {
  for (const file of await readdir(workflows)) {
    const { on, permissions } = parse(await read(join(workflows, file))) as { on: object; permissions: object };
    expect(permissions, file).toEqual({});
    expect(on, "it would run a fork's code with our secrets").not.toHaveProperty("pull_request_target");
  }
  for (const [name, job] of await jobs()) {
    expect(job["timeout-minutes"], name).toBeGreaterThan(0);
    for (const { run = "" } of job.steps) expect(run, name).not.toContain("${{");
    const secret = JSON.stringify(job.steps).includes("secrets.") || job.permissions?.["id-token"] !== undefined;
    if (secret) expect(job.environment, `${name} has secrets`).toBeTruthy();
    if (Object.values(job.permissions ?? {}).includes("write") && !job.permissions?.["id-token"]) expect(job.steps.some(({ uses, run }) => uses?.startsWith("actions/checkout") || run), `${name} may write, and runs nothing of the pull request`).toBe(false);
  }
  const preview = (await jobs()).find(([name]) => name === "pull-request.yml/preview")![1];
  expect(preview.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
});

test("two updates of a stack never run at once, nor a repair beside one, and none is cut off", async () => {
  const all = Object.fromEntries(await jobs());
  for (const name of ["up.yml/up", "drift.yml/drift"]) expect(all[name]?.concurrency).toEqual({ group: "imagefleet-${{ matrix.stack }}", "cancel-in-progress": false });
  const gitlab = parse(await read(".gitlab-ci.yml")) as Record<string, { resource_group?: string; interruptible?: boolean }>;
  for (const name of ["up", "drift"]) expect(gitlab[name], name).toMatchObject({ resource_group: "imagefleet-$TARGET" });
  for (const name of ["up", "drift"]) expect(gitlab[name]?.interruptible, name).toBeUndefined();
  const jenkins = await read("Jenkinsfile");
  expect(jenkins.match(/lock\(resource: "imagefleet-\$\{params\.STACK\}"\)/g)).toHaveLength(2);
});

test("each job logs in and asks the sites before an update, and the pipelines of Jenkins and GitLab do the same", async () => {
  const up = Object.fromEntries(await jobs())["up.yml/up"]!;
  const order = up.steps.map(({ uses, run }) => uses ?? run ?? "");
  const login = order.findIndex((step) => step === "./.github/actions/login");
  expect(login).toBeGreaterThan(-1);
  expect(order.findIndex((step) => step.includes("npm run up"))).toBeGreaterThan(login);
  expect(up.steps[login]?.with, "and so asks every site").not.toHaveProperty("sites");
  for (const file of [".gitlab-ci.yml", "Jenkinsfile"]) {
    const text = await read(file);
    expect(text.indexOf(". .ci/login")).toBeGreaterThan(-1);
    expect(text.indexOf("npm run doctor -- --stack"), file).toBeLessThan(text.indexOf("npm run up -- --stack"));
  }
});

test("jobs of GitLab need jobs of earlier stages, and extend what there is", async () => {
  const { stages, workflow: _w, variables: _v, default: _d, ...given } = parse(await read(".gitlab-ci.yml")) as { stages: string[] } & Record<string, unknown>;
  const all = given as Record<string, { stage?: string; extends?: string[]; needs?: (string | { job: string })[]; rules?: object[]; script?: string[] }>;
  for (const [name, { stage, extends: above = [], needs = [], rules, script }] of Object.entries(all)) {
    for (const one of above) expect(all, name).toHaveProperty([one]);
    if (name.startsWith(".")) continue;
    expect(stages, name).toContain(stage);
    expect(rules?.length && script?.length, name).toBeGreaterThan(0);
    for (const need of needs) {
      const other = all[typeof need === "string" ? need : need.job];
      expect(stages.indexOf(other?.stage ?? ""), name).toBeLessThan(stages.indexOf(stage!));
    }
  }
});

test("every stage of Jenkins ends in time, and a pull request never gets more than a preview", async () => {
  const text = await read("Jenkinsfile");
  const stages = text.split(/\n {4}stage\(/).slice(1);
  expect(stages.map((stage) => /^'(\w+)'/.exec(stage)?.[1])).toEqual(["Validate", "Preview", "Up", "Drift"]);
  for (const stage of stages) expect(stage).toMatch(/timeout\(time: \d+, unit: 'HOURS'\)/);
  expect(text).toContain("if (env.CHANGE_ID) return 'preview'");
  expect(text, "parameters reach scripts as variables of the environment alone").not.toMatch(/sh """/);
});

test("the runner has every system package that builds need", async () => {
  const source = await read("tools/setup/system-packages.ts");
  const listed = /const packages[^=]*= \{(.*?)^\};/ms.exec(source)?.[1] ?? "";
  const names = [...listed.matchAll(/^ {2}"?([\w-]+)"?:/gm)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(10);
  const words = (await read("Containerfile")).split(/\s+/);
  for (const name of [...names, "uidmap", "git"]) expect(words).toContain(name);
});
