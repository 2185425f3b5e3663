import { result, terminal } from "../outputs.ts";
import { siteNames } from "../sites.ts";
import { a, greeting, script } from "../stack-file.ts";
import type { Chapter } from "../teller.ts";

export const firstRelease: Chapter = {
  title: "One image on seven sites",
  async tell(teller) {
    teller.say("The stack file names an image, the sites that are to have it, and two channels: names that consumers follow instead of versions. `candidate` goes with the newest release; what `stable` points at is written down. What a site needs to know is on the page of its kind.");
    await teller.configure();
    teller.say("The image has a script of its own:");
    await teller.edit(script, greeting("Welcome."));
    teller.say("One command builds the image once, boots it, converts and seals it in the six formats that these sites take, and registers it on each. When a site has it whole, the channels are pointed at it.");
    await teller.run("up", [], result());
    await teller.look();
    await teller.requireChannel("candidate", a);
    await teller.requireChannel("stable", a);
    for (const site of siteNames) teller.requireRelease(site, a, []);
    teller.say("How users of each kind of site follow a channel is in [channels.md](channels.md#how-consumers-follow-a-channel). What was built is in the store, whatever happens to the sites:");
    await teller.run("store", ["ls", "tiny"], terminal);
  },
};
