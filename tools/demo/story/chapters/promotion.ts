import { match } from "node:assert/strict";
import { markdown, result } from "../outputs.ts";
import type { Servers } from "../servers.ts";
import { a, b, image } from "../stack-file.ts";
import type { Chapter } from "../teller.ts";

const firstWave = ["laptop", "north", "amazon"] as const;
const secondWave = ["boxes", "corp", "azure", "google"] as const;

export const promotion: Chapter = {
  title: "Promotion, and a site that goes down in the middle",
  async tell(teller) {
    teller.say("The release has proven itself. To promote it is to change one line:");
    await teller.configure({ channels: { candidate: { [image]: "latest" }, stable: { [image]: b } } });
    await teller.run("preview", ["--markdown"], markdown(/^#### Channels/));
    teller.say("The first wave goes well. In the second, all four sites have the release whole, the move begins, and then Google Cloud answers no more.");
    goDown(teller.servers);
    const said = await teller.run("up", [], result(), 1);
    match(said, /google/);
    await teller.look();
    await teller.requireChannel("stable", b, firstWave);
    await teller.requireChannel("stable", a, secondWave);
    teller.say("Nothing is mixed: a wave moves whole or not at all. Its sites that had been moved were taken back at once. The site that is down could not be asked to go back, and the run says so; it had not moved. The first wave keeps what it has verified. The store still says that `stable` is the former release: its record changes with the last wave.");
  },
};

export const recovery: Chapter = {
  title: "The next run goes on where it stopped",
  async tell(teller) {
    teller.servers.gcp.compute.heal();
    teller.say("Google Cloud is back. Nothing has to be cleaned up: the same command again.");
    await teller.run("up", [], result());
    await teller.look();
    await teller.requireChannel("stable", b);
    await teller.requireChannel("candidate", b);
  },
};

/** Compute Engine does not do the first change that it is asked for, and nothing any more. */
function goDown({ gcp: { compute } }: Servers): void {
  const unavailable = { status: 503, headers: { "content-type": "application/json" }, body: JSON.stringify({ error: { code: 503, message: "The service is currently unavailable." } }) };
  compute.before({ method: "PATCH" }, () => {
    compute.fault({ times: Infinity }, { kind: "answer", ...unavailable });
    throw new Error("down");
  });
}
