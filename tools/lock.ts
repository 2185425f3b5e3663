import { parseArgs } from "node:util";
import { command } from "./engine/command.ts";
import { stackOptions } from "./engine/session.ts";
import { readStack } from "./engine/stack.ts";
import { compareKeys, currentKeys, keyChangeLines } from "./review/compare-lock.ts";
import { lockPath, readLock, writeLock, type LockFile } from "./review/lock-file.ts";

const help = `npm run lock -- [options]      write the build key of each image, and the digests it follows from, to fleet.lock.json

  --stack NAME          the stack Pulumi.<NAME>.yaml; may be given several times (default: those in fleet.lock.json, else dev)
  --config-file FILE    its configuration, where it is not Pulumi.<NAME>.yaml; the lock is beside it
  --check               change nothing, and end with 1 where a key is not as locked
  -h, --help            this text

Commit fleet.lock.json: npm run preview then fails where a key changed that nobody meant to change. A stack that is not in
the file is not checked. Nothing is built or looked at for this, and no tool is needed.`;

/** `npm run lock`: the keys that a change of templates or configuration gives. */
await command(async () => {
  const { values } = parseArgs({ options: { ...stackOptions, stack: { type: "string", multiple: true }, check: { type: "boolean" } } });
  if (values.help) return void console.log(help);
  const path = lockPath(values["config-file"] ?? "Pulumi.yaml");
  let lock: LockFile = (await readLock(path)) ?? { schemaVersion: 1, stacks: {} };
  const written = Object.keys(lock.stacks);
  let changed = 0;
  for (const name of values.stack ?? (written.length > 0 || values.check ? written : ["dev"])) {
    if (values.check && !lock.stacks[name]) continue;
    const { config } = await readStack(name, values["config-file"]);
    const now = await currentKeys(config);
    const changes = compareKeys(lock.stacks[name] ?? {}, now);
    changed += changes.length;
    if (values.check) for (const line of keyChangeLines(name, changes)) console.log(line);
    else for (const { image, inputs } of changes) console.log(`${name}: ${image}: ${inputs.join("; ")}`);
    if (config.build === "never") console.log(`${name} builds nothing (imagefleet:build: never): it has no keys to lock`);
    const { [name]: _, ...others } = lock.stacks;
    lock = { schemaVersion: 1, stacks: config.build === "never" ? others : { ...others, [name]: now } };
  }
  if (values.check) return changed > 0 ? 1 : 0;
  await writeLock(path, lock);
  console.log(changed > 0 ? `wrote ${path}: commit it with the change` : `${path} is as it should be`);
});
