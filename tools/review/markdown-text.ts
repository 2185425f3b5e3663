/**
 * Text of users, sites and tools as it is, whatever it looks like, on one line: no mark-up, no link, no picture, and nobody is
 * mentioned by an `@` or a number after `#`, `!`, `%` or `$`, which mean something in comments.
 */
export function text(plain: string): string {
  const marked = oneLine(plain).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replace(/[\\`*_{}[\]|~^]/g, (mark) => `\\${mark}`);
  return marked.replace(/([@#!%$])(?=\w)/g, "$1\u200b").replace(/(https?):\/\//g, "$1:\u200b//").replace(/\bwww\./g, "www\u200b.");
}

/** A name, a version or a key: nothing in it is mark-up, and nobody is mentioned. */
export function code(plain: string): string {
  const line = oneLine(plain);
  if (line === "") return "";
  if (line.includes("|")) return `<code>${text(line)}</code>`; // a backslash before it would end the cell
  const fence = "`".repeat(1 + Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length)));
  const space = /^`|`$/.test(line) ? " " : "";
  return `${fence}${space}${line}${space}${fence}`;
}

/** Several lines as they are. */
export function block(plain: string): string {
  const fence = "`".repeat(Math.max(3, 1 + Math.max(0, ...(plain.match(/`+/g) ?? []).map(({ length }) => length))));
  return `${fence}text\n${plain.replaceAll("\r", "")}\n${fence}`;
}

/** @param head Column titles; one that is empty has no title. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Text of several lines, in a cell of a table. */
export function lines(plain: string): string {
  return plain.split(/\r?\n/).filter((line) => line.trim() !== "").map(text).join("<br>");
}

/** Folded: what one wants to read only sometimes. A blank line after the summary lets Markdown go on within. */
export function details(summary: string, body: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

function oneLine(plain: string): string {
  return plain.replace(/\s*[\r\n\u2028\u2029]+\s*/g, " ").replace(/[\u0000-\u001f\u007f]/g, "").trim();
}
