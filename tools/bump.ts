import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { FleetError } from "#model/errors";
import { commaList } from "./engine/comma-list.ts";
import { command } from "./engine/command.ts";
import { requireNames } from "./engine/selection.ts";
import { stackOptions } from "./engine/session.ts";
import { readStack } from "./engine/stack.ts";
import { dueImages, moveEpochs, type Due } from "./review/bump-epochs.ts";

const help = `npm run bump -- [options]      give images that are older than their rebuildAfter today's epoch, in the stack file

  --stack NAME          the stack Pulumi.<NAME>.yaml (default: dev)
  --config-file FILE    its configuration, where it is not Pulumi.<NAME>.yaml
  --image NAMES         only these (comma-separated)
  --now                 with --image: whatever their age
  --dry-run             only say which
  --check               only say which, and end with 3 where there is one
  -h, --help            this text

Nothing else in the file is touched: comments, quotes and layout stay. Make a pull request of it: its preview says what is
rebuilt. Where keys are locked, run npm run lock as well.`;

const isDue = 3;

/** `npm run bump`: rebuilds by age, proposed as an edit of the stack file. */
await command(async () => {
  const flag = { type: "boolean" } as const;
  const { values } = parseArgs({ options: { ...stackOptions, image: { type: "string", multiple: true }, now: flag, "dry-run": flag, check: flag } });
  if (values.help) return void console.log(help);
  const { name, config, configFile } = await readStack(values.stack, values["config-file"]);
  const named = commaList(values.image);
  requireNames(config, named);
  const today = new Date().toISOString().slice(0, 10);
  const due = dueImages(config, today, { named, now: values.now });
  for (const one of due) console.log(line(one, today));
  if (due.length === 0) console.log(`no image of ${name} is older than its rebuildAfter`);
  if (due.length === 0 || values.check || values["dry-run"]) return values.check && due.length > 0 ? isDue : 0;
  const former = await readFile(configFile, "utf8");
  await writeChecked(configFile, name, { former, edited: moveEpochs(former, config, due.map(({ image }) => image), today) }, due, today);
  console.log(`wrote ${configFile}: npm run preview -- --stack ${name} says what is rebuilt`);
  return 0;
});

function line({ image, epoch, age, rebuildAfter }: Due, today: string): string {
  return `${image}: ${epoch} -> ${today} (${age} days old${rebuildAfter === undefined ? "" : `; rebuildAfter ${rebuildAfter}d`})`;
}

/** What was written must be read as it was meant, or the file is put back. */
async function writeChecked(file: string, stack: string, { former, edited }: { former: string; edited: string }, due: readonly Due[], today: string): Promise<void> {
  await writeFile(file, edited);
  const now = await readStack(stack, file).catch(() => undefined);
  const missed = due.filter(({ image }) => now?.config.images[image]?.epoch !== today).map(({ image }) => image);
  if (missed.length === 0) return;
  await writeFile(file, former);
  throw new FleetError({ action: `give ${missed.join(", ")} another epoch`, place: file, cause: "the epoch is written in a way that cannot be edited here", hint: `write epoch: "${today}" yourself` });
}
