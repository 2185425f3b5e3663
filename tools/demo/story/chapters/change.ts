import { equal, match } from "node:assert/strict";
import { markdown, result } from "../outputs.ts";
import { siteNames } from "../sites.ts";
import { a, b, greeting, image, script } from "../stack-file.ts";
import type { Chapter } from "../teller.ts";

export const review: Chapter = {
  title: "A script changes: what the pull request says",
  async tell(teller) {
    await teller.edit(script, greeting("Welcome, whoever you are."));
    teller.say("Before anybody merges that, a check of the pull request says what it would do. This is its comment, without what is folded there: sizes, changes of each resource, shares, and why releases stay.");
    const said = await teller.run("preview", ["--markdown"], markdown(/^####/));
    match(said, /\| `tiny` \| `2026\.1101\.2` \| script:greeting changed \|/);
    match(said, /\| `candidate` \| `tiny` \| `2026\.1101\.1` → `2026\.1101\.2` \|/);
  },
};

export const candidate: Chapter = {
  title: "The next release, in the dark",
  async tell(teller) {
    teller.say("Merged, the same command builds it. It is registered beside the former release; `candidate`, which follows the newest, moves to it. Nobody who follows `stable` notices.");
    await teller.run("up", [], result());
    await teller.look();
    await teller.requireChannel("candidate", b);
    await teller.requireChannel("stable", a);
    const { project } = teller.servers;
    const [former, now] = await Promise.all([a, b].map((version) => project.store.record({ image, version }, "build")));
    equal(former!.disk.sha256 === now!.disk.sha256, false, "the releases differ");
    for (const site of siteNames) teller.requireRelease(site, a, []);
  },
};
