import { defineConfig } from "vitest/config";

const minute = 60_000;
const integration = "test/**/*.integration.test.ts";
const slow = "test/**/*.slow.test.ts";

/** Files that want the machine for themselves: they run guests, compilers or many processes, and look at the clock. */
const alone = [
  "test/integration/{faults,formats,guest,main-job,openstack-master,iso}.*", "test/packer/**", "test/tools/**", "test/store/**",
  "test/providers/{disk-format,inspection,packer-build,test-deploy,test-instance}/**",
];

/** `alone`: those of them that want the machine for themselves, one after another; `together`: the others, two at a time; else all, one after another. */
const pass = process.env["IMAGEFLEET_TEST_PASS"];

const engines = {
  exclude: pass === "together" ? alone : [],
  ...(pass === "together" ? { maxWorkers: 2 } : { fileParallelism: false }),
};

/** Vitest has no list of files without a pattern: those of the pass `alone` are where both patterns match. */
function included(pattern: string): string[] {
  const ending = pattern.slice("test/**/*".length);
  return pass === "alone" ? alone.map((place) => place.replace(/\.\*$/, ending).replace(/\*\*$/, `**/*${ending}`)) : [pattern];
}

/**
 * Modules are loaded by Node itself: tests run what users run, and Pulumi's serializer meets the program's own imports
 * instead of vite's rewritten ones.
 */
export default defineConfig({
  test: {
    experimental: { viteModuleRunner: false },
    pool: "forks",
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["test/**/*.test.ts"], exclude: [integration, slow], testTimeout: 30_000 },
      },
      {
        extends: true,
        test: { name: "integration", include: included(integration), ...engines, testTimeout: 10 * minute, hookTimeout: 10 * minute },
      },
      {
        extends: true,
        test: { name: "slow", include: included(slow), ...engines, testTimeout: 60 * minute, hookTimeout: 60 * minute },
      },
    ],
  },
});
