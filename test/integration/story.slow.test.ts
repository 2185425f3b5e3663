import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { beginStory } from "../../tools/demo/story/begin-story.ts";
import { chapters } from "../../tools/demo/story/chapters.ts";
import type { Teller } from "../../tools/demo/story/teller.ts";

/** The chapters of docs/story.md, on a site of every kind: each begins where the one before it ended. */
let teller: Teller;
let told = 0;
beforeAll(async () => {
  teller = await beginStory(console.log);
});
afterAll(() => teller?.servers.stop());

for (const [index, chapter] of chapters.entries()) {
  test(chapter.title, async ({ skip }) => {
    if (told < index) skip("a chapter before it failed");
    await teller.chapter(chapter);
    told = index + 1;
  });
}

test("docs/story.md tells it as it went", async ({ skip }) => {
  if (told < chapters.length) skip("a chapter failed");
  const written = await readFile(join(import.meta.dirname, "../../docs/story.md"), "utf8");
  expect(teller.text, "the story goes another way than docs/story.md tells it: write it anew with npm run demo -- story --write docs/story.md").toBe(written);
});
