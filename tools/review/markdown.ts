import { headline, warnings } from "./markdown-head.ts";
import * as sections from "./markdown-sections.ts";
import type { Review } from "./review.ts";

/** What forges take as a comment: GitHub 65,536 characters. */
const longest = 60_000;

/** Rows of a table, one limit after the other until the comment is short enough. */
const limits = [200, 50, 12, 3, 0];

/** A comment on a pull request. It is the same for the same review; a bot finds its former one by the first line. */
export function reviewMarkdown(review: Review): string {
  const drafts = limits.map((rows) => () => render(review, rows));
  for (const draft of drafts) {
    const text = draft();
    if (text.length <= longest) return text;
  }
  return `${marker(review.stack)}\n${headline(review)}\n\nThere is more than a comment can hold: see the output of the check.\n`;
}

/** Hidden; one for each stack. */
export function marker(stack: string): string {
  return `<!-- imagefleet:preview ${encodeURIComponent(stack).replaceAll("--", "-%2D")} -->`;
}

function render(review: Review, rows: number): string {
  const parts = [
    `${marker(review.stack)}\n${headline(review)}`, ...warnings(review, rows),
    sections.releases(review, rows), sections.builds(review, rows), sections.channels(review, rows), sections.promoted(review, rows), sections.revoked(review, rows), sections.shares(review, rows), sections.removals(review, rows),
    sections.artifacts(review, rows), sections.changes(review, rows), sections.sameShares(review, rows), sections.kept(review, rows), sections.unchanged(review, rows), sections.notLookedAt(review, rows),
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}
