import { z } from "zod";
import { approvals, promotionRules, wave } from "#model/config/channel-schema";
import { bootGate, complianceGate, gates, hygieneGate, scanner } from "#model/config/gates-schema";
import { hook } from "#model/config/hooks-schema";
import { image, imageDefaults, target } from "#model/config/image-schema";
import { prose } from "#model/config/reference-prose";
import { requests } from "#model/config/request-schema";
import { expectationOf } from "#model/config/schema-at";
import { stackSchema } from "#model/config/schema";
import { seal } from "#model/config/seal-schema";
import { siteKindNames, siteSettings } from "#model/config/site-schema";
import { siteKinds } from "#model/config/sites/site-kinds";
import { waiver } from "#model/config/waiver-schema";

type Shape = Readonly<Record<string, z.ZodType>>;

/** The reference of the configuration, docs/configuration.md, from the schema that checks it. */
export function reference(): string {
  const resources = unwrapped(image.shape.resources) as z.ZodObject;
  return `${[
    prose.top,
    section("settings", "Settings", "imagefleet:", stackSchema.shape),
    section("images", "Images", "imagefleet:images.<image>.", image.shape),
    section("targets", "Targets", "imagefleet:images.<image>.targets.<target>.", target.shape),
    section("resources", "Resources", "imagefleet:images.<image>.resources.", resources.shape),
    section("variables", "Variables"),
    section("secrets", "Secrets"),
    section("sites", "Sites"),
    ...siteKindNames.map((kind) => [`### Sites of kind ${kind}`, siteKinds[kind].title, ...tables("imagefleet:sites.<site>", siteSettings(kind).shape)].join("\n\n")),
    section("formats", "Formats"),
    section("groups", "Groups"),
    section("defaults", "Defaults", "imagefleet:defaults.images.", imageDefaults.shape),
    section("channels", "Channels"),
    section("promotion", "Promotion", "imagefleet:promotion.<channel>.", promotionRules.shape),
    table("imagefleet:promotion.<channel>.waves[<n>].", wave.shape),
    section("approvals", "Approvals", "imagefleet:approvals.", approvals.shape),
    section("requests", "Requests", "imagefleet:requests.", requests.shape),
    section("revoked", "Revoked"),
    section("hooks", "Hooks"),
    ...tables("imagefleet:hooks.<hook>", hook.shape),
    section("gates", "Gates", "imagefleet:gates.", gates.shape),
    ...subsections({ boot: bootGate, hygiene: hygieneGate, compliance: complianceGate, "scanners.<scanner>": scanner }),
    section("waivers", "Waivers", "imagefleet:waivers[<n>].", waiver.shape),
    section("seal", "Seal", "imagefleet:seal.", seal.shape),
  ].join("\n\n")}\n`;
}

function section(key: keyof typeof prose, title: string, prefix?: string, shape?: Shape): string {
  return [`## ${title}`, prose[key], ...(prefix !== undefined && shape ? [table(prefix, shape)] : [])].join("\n\n");
}

function subsections(gatesByKey: Readonly<Record<string, z.ZodObject>>): string[] {
  return Object.entries(gatesByKey).map(([key, gate]) => `### imagefleet:gates.${key}\n\n${meaningOf(gate)}\n\n${table(`imagefleet:gates.${key}.`, gate.shape)}`);
}

/** The table of settings, and those of the settings inside them. */
function tables(path: string, shape: Shape): string[] {
  return [table(`${path}.`, shape), ...Object.entries(shape).flatMap(([key, schema]) => {
    const value = unwrapped(schema);
    const part = mapIn(value instanceof z.ZodArray ? (value.element as z.ZodType) : value);
    return part ? tables(`${path}.${key}${value instanceof z.ZodArray ? "[<n>]" : ""}`, part.shape as Shape) : [];
  })];
}

/** What a setting has settings inside of, where it may be a map. */
function mapIn(part: z.ZodType): z.ZodObject | undefined {
  const options = part instanceof z.ZodUnion ? (part.options as z.ZodType[]) : [part];
  return options.find((option) => option instanceof z.ZodObject);
}

function table(prefix: string, shape: Shape): string {
  const rows = Object.entries(shape).map(([key, schema]) => `| \`${key}\` | ${cell(expectationOf(schema) ?? "")} | ${defaultOf(schema)} | ${cell(meaningOf(schema))} |`);
  return [`Under \`${prefix}\`:`, "", "| Setting | Value | Default | Meaning |", "|---|---|---|---|", ...rows].join("\n");
}

function defaultOf(schema: z.ZodType): string {
  const value = schema.meta()?.default ?? unwrapped(schema).meta()?.default;
  if (value === undefined) return "";
  return Array.isArray(value) ? `\`[${value.join(", ")}]\`` : `\`${String(value)}\``;
}

function meaningOf(schema: z.ZodType): string {
  return schema.meta()?.description ?? unwrapped(schema).meta()?.description ?? "";
}

function unwrapped(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
