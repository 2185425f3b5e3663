import { match } from "node:assert/strict";
import { markdown, result, terminal } from "../outputs.ts";
import { siteNames } from "../sites.ts";
import { a, b, c, greeting, image, script } from "../stack-file.ts";
import type { Chapter } from "../teller.ts";

export const thirdRelease: Chapter = {
  title: "The third release, straight to production",
  async tell(teller) {
    teller.say("From now on `stable` follows `candidate`; a release that is built goes through both, wave by wave, in one run.");
    await teller.configure({ channels: { candidate: { [image]: "latest" }, stable: { [image]: "candidate" } } });
    await teller.edit(script, greeting("Welcome to this machine."));
    await teller.run("up", [], result());
    await teller.look();
    await teller.requireChannel("candidate", c);
    await teller.requireChannel("stable", c);
  },
};

export const retention: Chapter = {
  title: "What is no longer needed goes",
  async tell(teller) {
    teller.say("The sites hold three releases. The current one stays, the one before it, and whatever a channel points at or pointed at last. The review says of the others why they go:");
    const said = await teller.run("preview", ["--markdown"], markdown(/^#### What is removed/, /^<summary>Kept/));
    match(said, new RegExp(`\`${image}@${a}\` \\|`));
    await teller.run("up", [], result());
    await teller.look();
    for (const site of siteNames) {
      teller.requireRelease(site, a, undefined);
      teller.requireRelease(site, b, { north: ["hidden"], azure: ["not latest"], google: ["DEPRECATED"] }[site as string] ?? []);
    }
    teller.say("No stack holds it any more. The store keeps it until `npm run store -- gc` finds that nobody needs it:");
    await teller.run("store", ["ls", image], terminal);
  },
};
