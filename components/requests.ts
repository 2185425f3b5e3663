import type { Fleet } from "#fleet/load-fleet";
import type { ResolvedChannel } from "#model/channels";
import { ownerOf } from "#model/owner";
import { answerDocument } from "#model/request";
import type { Channel } from "#components/channel";
import type { OsImage } from "#components/os-image";
import { fail, succeeded, succeededWith } from "#components/outcome";
import { PublishRequest } from "#providers/publish-request/resource";
import { RequestAnswer } from "#providers/request-answer/resource";

/** Asks whoever has the sites of a channel to publish a release, once it is made; it is not waited for. */
export async function askForPublication({ config, project, stack }: Fleet, asked: readonly ResolvedChannel[], images: ReadonlyMap<string, OsImage>): Promise<void> {
  await Promise.all(asked.map(async ({ channel, image, version }) => {
    const parent = images.get(image)!;
    const name = `request/${channel}/${image}`;
    const sha256 = await parent.diskOf(version);
    if (sha256 === undefined) return fail(name, `asking for ${channel} of ${image} waits: ${version} was not built`, parent);
    const args = { channel, image, version, sha256, stack: ownerOf({ project, stack }), validFor: config.channels[channel]!.validFor };
    await succeeded(name, new PublishRequest(name, args, { parent, dependsOn: succeededWith((other) => other.endsWith(`/${image}@${version}`)) }));
  }));
}

/** Tells those who ask what became of it, when all that could be done is done. An answer is one resource whatever it says, so it has no parent. */
export async function answerRequests({ answers, project, stack }: Fleet, channels: readonly Channel[]): Promise<void> {
  await Promise.all(answers.map(async ({ refused, ...asked }) => {
    const name = answerDocument(asked).replace(/^answers/, "answer");
    const by = ownerOf({ project, stack });
    const moving = channels.find((channel) => channel.name === asked.channel && channel.of === asked.image);
    if (refused !== undefined || !moving) return void (await succeeded(name, new RequestAnswer(name, { ...asked, by, outcome: "refused", why: refused, lagging: [] })));
    const moved = await moving.moved;
    const args = moved ? { outcome: "carried out" as const, lagging: moving.lagging } : { outcome: "failed" as const, why: `see npm run up -- --stack ${stack} there`, lagging: [] };
    // The engine declares nothing that depends on what has failed.
    await succeeded(name, new RequestAnswer(name, { ...asked, by, ...args }, { dependsOn: moved ? [moving] : [] }));
  }));
}
