import { plainWords } from "./plain-words.ts";

/** Makes of what a command printed what the story shows of it. */
export type Show = (output: string) => string;

/** Text as it stands on a terminal. */
export const terminal: Show = (output) => fenced("text", plainWords(output));

/**
 * Of an `up`: what is planned and what failed, the lines of its own that a chapter asks for, and the result. What the engine says of
 * each resource comes in any order, and is left out.
 */
export function result(...wanted: readonly RegExp[]): Show {
  return (output) => {
    const blocks = diagnostics(output);
    const said = blocks.filter(({ subject }) => subject !== ownMessages).map(({ subject, lines }) => [`${subject}:`, ...lines].join("\n")).sort();
    const own = blocks.filter(({ subject }) => subject === ownMessages).flatMap(({ lines }) => lines.map((line) => line.trim())).filter((line) => wanted.some((pattern) => pattern.test(line)));
    return fenced("text", plainWords([...new Set(said), [...new Set(own)].sort().join("\n"), tail(output)].filter(Boolean).join("\n\n")));
  };
}

/** Markdown, as a forge renders it, below a line of its own; where sections are named, these alone and the first line. */
export function markdown(...sections: readonly RegExp[]): Show {
  return (output) => {
    const all = plainWords(output.replace(/^<!--.*-->\n/, "")).split(/\n\n(?=#### |<details>|\*\*)/);
    const shown = sections.length === 0 ? all : all.filter((part, index) => index === 0 || sections.some((section) => section.test(part.replace(/^<details>\n/, ""))));
    return shown.join("\n\n").replace(/^###/gm, "####").split("\n").map((line) => `> ${line}`.trimEnd()).join("\n");
  };
}

export function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** Whose messages those of the providers are. */
const ownMessages = "pulumi:pulumi:Stack";

interface Messages {
  /** `imagefleet:index:OsImage (tiny)`, or the type alone where it is the stack. */
  readonly subject: string;
  readonly lines: readonly string[];
}

/** What the engine lists at the end of each run. */
function diagnostics(output: string): Messages[] {
  const parts = [...output.matchAll(/^Diagnostics:\n([\s\S]*?)(?=^Resources:|^Duration:|^Outputs:)/gm)].map(([, part]) => part!);
  return parts.flatMap((part) => part.split(/^ {2}(?=\S)/m).filter((block) => block.trim() !== "").map((block) => {
    const [first = "", ...lines] = block.trimEnd().split("\n");
    return { subject: first.startsWith(ownMessages) ? ownMessages : first.replace(/:$/, "").replace(/^\S+:/, ""), lines: lines.filter((line) => line.trim() !== "").map((line) => line.slice(2)) };
  }));
}

/** The table of the run, unless it says of everything that it is as it was, and what is said below. */
function tail(output: string): string {
  const drawn = output.slice(Math.max(0, output.lastIndexOf("\n┌") + 1)).trimEnd();
  const text = /published|repaired|sealed|withdrawn|restored/.test(drawn) ? drawn : drawn.replace(/^┌[\s\S]*?^└.*\n?/m, "");
  return text.replace(/^failed: (.*?);/m, (_all, names: string) => `failed: ${names.split(", ").sort().join(", ")};`);
}
