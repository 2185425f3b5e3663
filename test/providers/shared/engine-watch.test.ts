import { once } from "node:events";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";

/** A process like the one that runs dynamic providers: it would live on for long. */
async function provider(more = "") {
  const child = execa(process.execPath, ["--input-type=module", "--eval", `
    import { stopBuildsWithEngine } from "#providers/shared/engine-watch";
    import { exec } from "#providers/shared/exec";
    const signal = stopBuildsWithEngine();
    signal.addEventListener("abort", () => console.log("stopped"));
    setInterval(() => undefined, 60_000);
    ${more}
    console.log("ready");`], { reject: false, buffer: false, stderr: "inherit" });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout!, "data");
  return { child }; // not itself: it is a promise of its end
}

async function secondsToEnd({ child }: Awaited<ReturnType<typeof provider>>): Promise<number> {
  const since = Date.now();
  await child;
  return (Date.now() - since) / 1000;
}

test("the engine has done: a process that runs nothing ends at once, so that the engine need not wait", async () => {
  const idle = await provider();
  idle.child.kill("SIGINT");
  expect(await secondsToEnd(idle)).toBeLessThan(2);
});

test("the engine has done while a program runs: it is stopped, then the process ends", async () => {
  const busy = await provider(`void exec("sleep", ["60"], { env: { PATH: process.env.PATH } }).catch(() => console.log("ended"));`);
  busy.child.kill("SIGINT");
  expect(await secondsToEnd(busy)).toBeLessThan(10);
});

test("an interrupt that our tools pass on stops builds, and the process lives on to say so", async () => {
  const { child } = await provider();
  const said = once(child.stdout!, "data");
  child.kill("SIGTERM");
  expect(String((await said)[0])).toContain("stopped");
  expect(process.kill(child.pid!, 0)).toBe(true); // it throws where there is no such process
});
