import { writeFile } from "node:fs/promises";
import { beginStory } from "./story/begin-story.ts";
import { chapters } from "./story/chapters.ts";
import { say } from "./steps.ts";
import { untilInterrupted } from "./until-interrupted.ts";

export interface StoryOptions {
  /** Leave the servers running until Ctrl-C. */
  readonly keep: boolean;
  /** File for the transcript; absent: it is printed. */
  readonly write?: string | undefined;
}

/** From a first release to one that is retired, on a site of every kind; the transcript is docs/story.md. */
export async function storyDemo({ keep, write }: StoryOptions): Promise<number> {
  say("starting Keystone and Glance, two vCenters, and what stands for AWS, Azure and Google Cloud on 127.0.0.1");
  const teller = await beginStory(console.log);
  try {
    for (const chapter of chapters) await teller.chapter(chapter);
    if (write === undefined) console.log(`\n${teller.text}`);
    else await writeFile(write, teller.text);
    if (keep) {
      say(`all of it keeps running until Ctrl-C, in ${teller.servers.project.dir}`);
      await untilInterrupted();
    }
    return 0;
  } finally {
    await teller.servers.stop();
    say("servers stopped, files removed");
  }
}
