import { join } from "node:path";
import { ESLint } from "eslint";
import { expect, test } from "vitest";
import { repositoryRoot } from "../../tools/setup/repository-root.ts";

const eslint = new ESLint({ cwd: repositoryRoot });

/** The rules that a line of source breaks in a file (one that exists, for the types). */
async function broken(file: string, source: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(`${source}\n`, { filePath: join(repositoryRoot, file) });
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
}

const boundary = "@typescript-eslint/no-restricted-imports";

test.for([
  ["model/errors.ts", "#store/store"],
  ["model/errors.ts", "../store/store.ts"],
  ["store/store.ts", "#providers/shared/exec"],
  ["providers/shared/exec.ts", "#providers/packer-build/provider"],
  ["providers/shared/exec.ts", "../packer-build/provider.ts"],
  ["providers/shared/exec.ts", "#components/os-image"],
  ["components/os-image.ts", "#providers/packer-build/provider"],
  ["components/os-image.ts", "#fleet/load-fleet"],
  ["components/os-image.ts", "../tools/up.ts"],
  ["index.ts", "#store/store"],
  ["index.ts", "./providers/packer-build/provider.ts"],
])("%s may not import %s", async ([file, from]) => {
  expect(await broken(file ?? "", `export * from "${from}";`)).toContain(boundary);
});

test.for([
  ["store/store.ts", "#model/errors"],
  ["providers/shared/exec.ts", "#providers/shared/kvm"],
  ["providers/packer-build/provider.ts", "#store/store"],
  ["components/os-image.ts", "#providers/packer-build/resource"],
  ["index.ts", "#fleet/load-fleet"],
  ["tools/up.ts", "#components/os-image"],
])("%s may import %s", async ([file, from]) => {
  expect(await broken(file ?? "", `export * from "${from}";`)).toEqual([]);
});

test("components may import the types of fleet, default exports and floating promises are refused", async () => {
  expect(await broken("components/os-image.ts", 'import type { Fleet } from "#fleet/load-fleet";\nexport type Own = Fleet;')).toEqual([]);
  expect(await broken("model/errors.ts", "export default 1;")).toEqual(["no-restricted-exports"]);
  expect(await broken("model/errors.ts", "Promise.resolve(1);")).toEqual(["@typescript-eslint/no-floating-promises"]);
});
