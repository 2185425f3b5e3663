import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { linters, type Linters } from "./linters.ts";

let lint: Linters;

beforeAll(async () => {
  lint = await linters(() => {});
});

const workflows = async () => (await readdir(".github/workflows")).map((name) => join(".github/workflows", name));

test("workflows of GitHub are clean to actionlint, with shellcheck for their scripts", async () => {
  expect(await lint.run("actionlint", "-color=false")).toEqual({ exitCode: 0, text: "" });
});

test("workflows and actions are what GitHub's schemas describe, and the pipeline of GitLab what its own does", async () => {
  const schemas = { "vendor.github-workflows": await workflows(), "vendor.github-actions": (await readdir(".github/actions")).map((name) => `.github/actions/${name}/action.yml`) };
  for (const [schema, files] of Object.entries(schemas)) expect(await lint.run("check-jsonschema", "--builtin-schema", schema, ...files)).toMatchObject({ exitCode: 0 });
  expect(await lint.run("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", ".gitlab-ci.yml")).toMatchObject({ exitCode: 0 });
});

test("the Jenkinsfile is Groovy with a pipeline, the Containerfile is clean to hadolint, the login to shellcheck", async () => {
  const groovy = await lint.run("python", join(import.meta.dirname, "groovy.py"), "Jenkinsfile");
  expect(JSON.parse(groovy.text)).toMatchObject({ faults: [], kinds: expect.arrayContaining(["pipeline_statement", "method_declaration"]) as string[] });
  expect(await lint.run("hadolint", "--no-color", "Containerfile")).toEqual({ exitCode: 0, text: "" });
  expect(await lint.run("shellcheck", ".ci/login")).toEqual({ exitCode: 0, text: "" });
});
