import { parseArgs } from "node:util";
import { parseDuration } from "#model/config/duration";
import { FleetError } from "#model/errors";
import { releaseName } from "#model/release";
import { approvalProblem } from "#providers/approval/check-approval";
import { signApproval } from "#providers/approval/sign-approval";
import { openStore } from "#store/open";
import { approverKey } from "./approve/approver-key.ts";
import { promotedVersion } from "./approve/promoted-version.ts";
import { command } from "./engine/command.ts";
import { readStack } from "./engine/stack.ts";

const help = `npm run approve -- <channel> <image> [options]   sign that a release may go to a channel

  --version V      the release (default: what the configuration would have the channel point at)
  --expires SPAN   how long the approval holds, such as 30d or 12h (default: 30d)
  --key FILE       your private OpenPGP key (default: IMAGEFLEET_SIGNING_KEY, IMAGEFLEET_SIGNING_KEY_FILE, else imagefleet:seal.key);
                   IMAGEFLEET_SIGNING_PASSPHRASE opens a protected one
  --stack NAME     the stack Pulumi.<NAME>.yaml (default: dev)
  -h, --help       this text

Writes approvals/<channel>/<image>@<version>.asc, to be reviewed and committed. docs/channels.md tells more.`;

const options = { version: { type: "string" }, expires: { type: "string", default: "30d" }, key: { type: "string" }, stack: { type: "string", default: "dev" }, help: { type: "boolean", short: "h" } } as const;

await command(async () => {
  const { values, positionals: [channel, image, ...more] } = parseArgs({ options, allowPositionals: true });
  if (values.help) return void console.log(help);
  if (channel === undefined || image === undefined || more.length > 0) {
    console.error(help);
    return 2;
  }
  const action = `approve ${image} for ${channel}`;
  const seconds = parseDuration(values.expires);
  if (!seconds) throw new FleetError({ action, cause: `${JSON.stringify(values.expires)} is no span of time`, hint: "give --expires 30d, 12h or 90m" });
  const stack = await readStack(values.stack);
  const store = openStore(stack.store);
  const version = values.version ?? (await promotedVersion(stack.config, store, channel, image));
  const build = await store.record({ image, version }, "build");
  if (!build) throw new FleetError({ action, place: store.location, cause: `the store has no ${releaseName({ image, version })}`, hint: `npm run store -- ls ${image}` });
  const promotion = { channel, image, version, sha256: build.disk.sha256 };
  const expires = new Date(Date.now() + seconds * 1000).toISOString();
  const path = await signApproval({ schemaVersion: 1, ...promotion, expires }, stack.config.approvals, await approverKey(values.key, stack.config.seal, action));
  console.log(`${path}: ${releaseName({ image, version })} may go to ${channel} until ${expires.slice(0, 10)}; commit it`);
  const problem = await approvalProblem(promotion, stack.config.approvals, action);
  if (problem === undefined) return 0;
  console.error(`but it does not count yet: ${problem}\n  what to do: add your public key to imagefleet:approvals.keys`);
  return 1;
});
