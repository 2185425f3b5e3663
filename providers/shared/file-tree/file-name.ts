import { isUtf8 } from "node:buffer";

const firstEscape = 0xdc00;
/** With the flag u it matches half a pair only where it stands alone, which no text from UTF-8 has. */
const escaped = /[\udc80-\udcff]/u;
const parts = /[\udc80-\udcff]|[^\udc80-\udcff]+/gu;

/** A file's name as text. A name is bytes: where they are not UTF-8, each beyond ASCII becomes a code unit of its own, so that nothing is lost. */
export function nameText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : firstEscape + byte)).join("");
}

/** The bytes of a name or path that came from `nameText`. */
export function nameBytes(text: string): Buffer {
  if (!escaped.test(text)) return Buffer.from(text, "utf8");
  return Buffer.concat((text.match(parts) ?? []).map((part) => (escaped.test(part) ? Buffer.of(part.charCodeAt(0) - firstEscape) : Buffer.from(part, "utf8"))));
}
