import { z } from "zod";
import { durationForm, parseDuration } from "#model/config/duration";
import { parseEpoch } from "#model/config/epoch";
import { described } from "#model/config/expectation";
import type { SettingValue } from "#model/config/types";
import { formatKinds, parseFormat } from "#model/format";
import { severities } from "#model/severity";
import { isVersion } from "#model/version";

/** Image names are file names, URNs, and names in every cloud; GCP's are the strictest. */
export const longestName = 40;
export const namePattern = /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const file = "[a-z0-9][a-z0-9._-]*";

export const name = described(
  z.string().regex(namePattern),
  `a name of lower-case letters, digits and hyphens that starts with a letter, at most ${longestName} long`,
);

export const text = described(z.string().regex(/\S/), "text");

/** `.sh` is refused so that one script has one name. */
export const scriptName = described(
  z.string().regex(new RegExp(`^${file}(?:/${file})*$`)).refine((path) => !path.endsWith(".sh")),
  "the name of a script under scripts/ of the templates, without .sh: web-server, debian/upgrade",
);

export const osName = described(
  z.string().regex(new RegExp(`^${file}/${file}$`)).refine((path) => !path.endsWith(".pkrvars.hcl")),
  "family and file under os/ of the templates, without .pkrvars.hcl: debian/debian-12-x86_64",
);

const calendarDate = () => described(z.string().refine((value) => parseEpoch(value) !== undefined).meta({ pattern: String.raw`^\d{4}-\d{2}-\d{2}` }), 'a date of the calendar, quoted: "2026-11-01"');

export const epoch = calendarDate();

export const date = calendarDate();

export const version = described(z.string().refine(isVersion).meta({ pattern: String.raw`^\d{4}\.[1-9]\d{2,3}\.[1-9]\d*$` }), "the version of a release: 2026.1101.2");

/** A length of time; one of no length at all where `least` is 0 alone. */
export function duration(example: string, least: 0 | 1 = 1) {
  const unit = example.at(-1)!;
  return described(
    z.string().refine((value) => (parseDuration(value) ?? -1) >= least).meta({ pattern: durationForm.source }),
    `a number and its unit, s, m, h or d: ${example}`, undefined, (value) => (/^\d+$/.test(value) ? `write its unit, too: ${value}${unit}` : undefined),
  );
}

/** Editors are offered the plain names; an OVA's variants are checked in full by `parseFormat`. */
export const formatName = described(
  z.string().refine((value) => parseFormat(value) !== undefined).meta({ anyOf: [{ enum: [...formatKinds] }, { pattern: String.raw`^ova-vmx-[1-9]\d?(-sha(1|256))?$` }] }),
  `one of ${formatKinds.join(", ")}, or an OVA for older readers: ova-vmx-10-sha1, with a hardware version from 8 to 22 and sha1 or sha256`,
  formatKinds,
);

export const severity = described(z.enum(severities), severities.join(", "));

/** One word of a command line or a name in the image. */
export const word = described(z.string().regex(/^\S+$/), "text without white space");

export const truth = described(z.boolean(), "true or false");

export const secretName = described(z.string().regex(/^[A-Z][A-Z0-9_]*$/), "the name of an environment variable, in upper case: SUBSCRIPTION_KEY");

export const variableName = described(z.string().regex(/^[a-z][a-z0-9_]*$/), "a name of lower-case letters, digits and underscores that starts with a letter: disk_size");

const settingTypes = ["string", "number", "boolean", "array", "object"] as const;

export const settingValue = described(
  z.unknown().superRefine((value, context) => {
    for (const path of emptyParts(value)) context.addIssue({ code: "custom", path, input: value });
  }).meta({ type: [...settingTypes] }) as z.ZodType<SettingValue, SettingValue>,
  "text, a number, true or false, a list or a map",
);

/** Paths of the parts of a value that hold nothing, which no script could tell from empty text. */
function emptyParts(value: unknown): PropertyKey[][] {
  if (value === null || value === undefined) return [[]];
  if (typeof value !== "object") return [];
  const parts: [PropertyKey, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return parts.flatMap(([key, part]) => emptyParts(part).map((path) => [key, ...path]));
}

export const variables = described(z.record(variableName, settingValue), "a map of variables");

/** A whole number within bounds. */
export function whole(from: number, to: number, unit: string) {
  return described(z.int().min(from).max(to), `a whole number of ${unit} from ${from} to ${to}`);
}

/** A number within bounds, decimals allowed. */
export function amount(from: number, to: number, unit: string) {
  return described(z.number().min(from).max(to), `a number of ${unit} from ${from} to ${to}`);
}

/** A list of names; it may be empty. */
export function list<S extends z.ZodType>(of: S, what: string) {
  return described(z.array(of), `a list of ${what}`);
}

/** A list of names, at least one. */
export function someOf<S extends z.ZodType>(of: S, what: string) {
  return described(z.array(of).min(1), `a list of ${what}, at least one`);
}
