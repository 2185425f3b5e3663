import { expect, test } from "vitest";
import { markdown, result, terminal } from "../../../tools/demo/story/outputs.ts";

const chatter = (seconds: number, ...own: readonly string[]) => `Updating (test):
 +  pulumi:pulumi:Stack imagefleet-test creating (${seconds}s) [north/tiny] sending
Diagnostics:
  pulumi:pulumi:Stack (imagefleet-test):
${own.map((line) => `    ${line}`).join("\n")}

  imagefleet:index:OsImage (tiny):
    stable moves from 2026.1101.1 to 2026.1101.2

Resources:
    ~ 1 updated

Duration: ${seconds}s

┌───────┬───────────────${"─".repeat(String(seconds).length)}┐
│ image │ built in ${seconds} s │
├───────┼───────────────${"─".repeat(String(seconds).length)}┤
│ tiny  │ published     ${" ".repeat(String(seconds).length)}│
└───────┴───────────────${"─".repeat(String(seconds).length)}┘
failed: ${seconds > 9 ? "b, a" : "a, b"}; what does not depend on it has converged`;

test("a run reads the same however long it took, and in whatever order its parts came", () => {
  const show = result(/withdrew/);
  const quick = show(chatter(5, "[north/tiny] withdrew 2026.1101.2", "[azure/tiny] withdrew 2026.1101.2", "[north/tiny] 5 %"));
  expect(quick).toBe(show(chatter(125, "[azure/tiny] withdrew 2026.1101.2", "[north/tiny] 70 %", "[north/tiny] withdrew 2026.1101.2")));
  expect(quick).toBe(`\`\`\`text
OsImage (tiny):
  stable moves from 2026.1101.1 to 2026.1101.2

[azure/tiny] withdrew 2026.1101.2
[north/tiny] withdrew 2026.1101.2

┌───────┬──────────────┐
│ image │ built in … s │
├───────┼──────────────┤
│ tiny  │ published    │
└───────┴──────────────┘
failed: a, b; what does not depend on it has converged
\`\`\``);
});

test("times, sizes, keys and addresses are not told", () => {
  const text = "built 2026-11-21 22:12 by tcg, 23.8 MiB, key e0fa3cb00a7a, at 127.0.0.1:4000 in 16 s, 0.01 hours after";
  expect(terminal(text)).toBe("```text\nbuilt … by …, … MiB, key …, at … in … s, … hours after\n```");
});

test("of Markdown, the first line and the sections that are asked for are quoted, one level below", () => {
  const text = "<!-- marker -->\n### Drift\n\n#### Channels\n\n| a |\n| --- |\n\n#### Policy\n\nnothing\n\n<details>\n<summary>Kept: 1</summary>\n\nx\n\n</details>\n";
  expect(markdown(/^#### Channels/)(text)).toBe("> #### Drift\n>\n> ##### Channels\n>\n> | a |\n> | --- |");
  expect(markdown(/^<summary>Kept/)(text)).toContain("> <details>\n> <summary>Kept: 1</summary>");
});
