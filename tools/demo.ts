import { parseArgs } from "node:util";
import { FleetError } from "#model/errors";
import { nearest } from "#model/nearest";
import { privateDemo } from "./demo/private.ts";
import { publicDemo } from "./demo/public.ts";
import { storyDemo } from "./demo/story.ts";
import { command } from "./engine/command.ts";

const demos = { private: privateDemo, public: publicDemo, story: storyDemo } as const;

const help = `npm run demo -- private|public|story [options]

  private     starts OpenStack's Keystone and Glance (two regions) and a boundary of simulated vCenters on loopback, builds
              two tiny images, converges them on all of it, shows where to look, lets things drift, repairs them, and
              takes everything down. Nothing outside is touched, and nothing is left behind. About four minutes without
              KVM; the first time also builds the servers' programs and the provider plugins.
  public      starts what stands for AWS (four regions, two accounts), an Azure gallery (three regions) and Google Cloud
              on loopback, builds a tiny image and Debian 12, sends each into each cloud, shows ids and tags everywhere,
              lets things drift, repairs them, and takes everything down. Debian takes most of the time.
  story       all of that at once, and what comes after a release: two channels, a promotion that a site breaks, drift, a
              release that is withdrawn and comes back, one that is retired. What it prints is docs/story.md.

  --tiny      public: without Debian
  --write FILE
              story: write the transcript there
  --keep      leave all of it running at the end, until Ctrl-C
  -h, --help  this text`;

await command(async () => {
  const { values, positionals } = parseArgs({ options: { keep: { type: "boolean", default: false }, tiny: { type: "boolean", default: false }, write: { type: "string" }, help: { type: "boolean", short: "h" } }, allowPositionals: true });
  const [name, ...others] = positionals;
  if (values.help || name === undefined) return void console.log(help);
  if (!Object.hasOwn(demos, name) || others.length > 0) {
    const near = nearest(name, Object.keys(demos));
    throw new FleetError({ action: `show ${positionals.join(" ")}`, cause: "there is no such demo", hint: near ? `did you mean ${near}?` : `there is: ${Object.keys(demos).join(", ")}` });
  }
  return demos[name as keyof typeof demos]({ keep: values.keep, tiny: values.tiny, write: values.write });
});
