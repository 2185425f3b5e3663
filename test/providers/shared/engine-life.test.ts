import { once } from "node:events";
import { execa } from "execa";
import { expect, onTestFinished, test, vi } from "vitest";
import { processIdentity } from "#store/process-identity";

test("a process that works for an engine ends after it, when the engine was killed", async () => {
  const program = `import { whenEngineDies } from "#providers/shared/engine-life"; whenEngineDies(() => process.exit(1)); setInterval(() => undefined, 60_000); console.log(process.pid);`;
  const engine = execa("sh", ["-c", '"$0" --input-type=module --eval "$1"; true', process.execPath, program], { reject: false, buffer: false, stderr: "inherit" });
  const pid = Number(String((await once(engine.stdout, "data"))[0]));
  onTestFinished(() => {
    if (processIdentity(pid)) process.kill(pid, "SIGKILL");
  });
  expect(processIdentity(pid)).toBeDefined();
  engine.kill("SIGKILL");
  await vi.waitFor(() => expect(processIdentity(pid)).toBeUndefined(), { timeout: 10_000 });
});
