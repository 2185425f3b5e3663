import { equal } from "node:assert/strict";
import { markdown, result } from "../outputs.ts";
import { siteNames } from "../sites.ts";
import { a, b, image } from "../stack-file.ts";
import type { Chapter } from "../teller.ts";

const reason = "its greeting tells too much";

export const revocation: Chapter = {
  title: "A release is withdrawn",
  async tell(teller) {
    teller.say("The release turns out to have a hole. An entry in the stack file, with the reason, withdraws it everywhere; no other setting changes.");
    await teller.configure({ revoked: { [image]: { [b]: reason } } });
    await teller.run("preview", ["--markdown"], markdown(/^#### (What happens where|Channels|Revoked)/));
    await teller.run("up", [], result());
    await teller.look();
    await teller.requireChannel("candidate", a);
    await teller.requireChannel("stable", a);
    const withdrawn = { laptop: undefined, boxes: undefined, north: ["deactivated", "hidden"], corp: undefined, amazon: ["private", "deprecated"], azure: ["not latest"], google: ["OBSOLETE"] } as const;
    for (const site of siteNames) teller.requireRelease(site, b, withdrawn[site]);
    equal((await teller.servers.project.store.document<{ reason: string }>(`revocations/${image}@${b}`))?.reason, reason);
    teller.say("Both channels have fallen back to the newest release that is held and not revoked. No site offers the withdrawn one any more, each by its own means; vSphere and the catalogs, which have none, no longer have it. Its bytes stay in the store.");
  },
};

export const restoration: Chapter = {
  title: "And comes back",
  async tell(teller) {
    teller.say("It was a false alarm. The entry goes, and everything is as it was, from the bytes in the store:");
    await teller.configure({ revoked: undefined });
    await teller.run("up", [], result());
    await teller.look();
    await teller.requireChannel("candidate", b);
    await teller.requireChannel("stable", b);
    for (const site of siteNames) teller.requireRelease(site, b, []);
    equal(await teller.servers.project.store.document(`revocations/${image}@${b}`), undefined);
  },
};
