/**
 * Paragraphs of `Field: value` lines with blank lines between them, as dpkg's and apk's databases and Debian's copyright
 * files are made of. A line that begins with white space continues its field. Field names keep their case.
 */
export function paragraphs(text: string): Map<string, string>[] {
  return text
    .split(/\r?\n[ \t]*\r?\n/)
    .filter((part) => part.trim() !== "")
    .map(fields);
}

function fields(paragraph: string): Map<string, string> {
  const found = new Map<string, string>();
  let last: string | undefined;
  for (const line of paragraph.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (/^[ \t]/.test(line) && last !== undefined) {
      found.set(last, `${found.get(last)}\n${line.trim()}`);
    } else if (colon > 0) {
      last = line.slice(0, colon);
      found.set(last, line.slice(colon + 1).trim());
    }
  }
  return found;
}
