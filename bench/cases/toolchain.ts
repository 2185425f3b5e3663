import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { execa } from "execa";
import { repositoryRoot } from "../../tools/setup/repository-root.ts";
import { interleaved, median, type BenchCase } from "../measurement.ts";

/** Measured in a process of its own, as each command pays for it: loading the modules included. */
const program = `
const started = performance.now();
const { ensureToolchain } = await import(process.argv[1]);
await ensureToolchain({ log: () => {} });
console.log(performance.now() - started);
`;

/** What finding the tools adds to each command once they are there. */
export const toolchain: BenchCase = {
  name: "toolchain",
  async measure(context) {
    const module = pathToFileURL(join(repositoryRoot, "tools/setup/ensure-toolchain.ts")).href;
    const { setup } = await interleaved({
      setup: async () => Number((await execa(process.execPath, ["--input-type=module", "-e", program, module], { cwd: repositoryRoot })).stdout) / 1000,
    }, context, "s");
    const value = median(setup!);
    return { name: "toolchain", what: "Warm set-up of the tools, in each command", unit: "s", value, samples: setup!, goal: { text: "< 1 s", met: value < 1 } };
  },
};
