import prettyBytes from "pretty-bytes";

/** `1 check`, `2 checks` */
export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}

/** `12.5 s`, `3 min 20 s`, `1 h 2 min` */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds * 10) / 10} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** A piece of a text, and whether it stands in backquotes. */
export interface Span {
  readonly text: string;
  readonly code: boolean;
}

export function codeSpans(text: string): Span[] {
  return text.split(/`([^`\n]+)`/).map((part, index) => ({ text: part, code: index % 2 === 1 })).filter((span) => span.text !== "");
}

/** `2026-11-21 07:30 UTC` of a time as RFC 3339 writes it. */
export function minute(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}

/** Bytes, seconds and Mbit/s in units that one can read, numbers with their thousands apart. */
export function factValue(name: string, value: string | number): string {
  if (typeof value === "string") return value;
  if (/bytes/i.test(name)) return prettyBytes(value, { binary: true });
  if (/^throughput/i.test(name)) return `${value.toLocaleString("en", { maximumFractionDigits: 0 })} Mbit/s`;
  return /seconds/i.test(name) ? duration(value) : value.toLocaleString("en");
}

/** `bootSeconds` is `boot`, since its value has a unit; `filesRead` is `files read`, `bios-virtio` stays as it is. */
export function factName(name: string): string {
  const words = name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.replace(/(?<=.)[ -](bytes|seconds)\b/, "");
}
