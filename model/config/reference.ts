import { z } from "zod";
import { image, imageDefaults, target } from "#model/config/image-schema";
import { prose } from "#model/config/reference-prose";
import { expectationOf } from "#model/config/schema-at";
import { stackSchema } from "#model/config/schema";
import { siteKindNames, siteSettings } from "#model/config/site-schema";
import { siteKinds } from "#model/config/sites/site-kinds";

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
    ...siteKindNames.map((kind) => `### Sites of kind ${kind}\n\n${siteKinds[kind].title}\n\n${table(`imagefleet:sites.<site>.`, siteSettings(kind).shape)}`),
    section("groups", "Groups"),
    section("defaults", "Defaults", "imagefleet:defaults.images.", imageDefaults.shape),
  ].join("\n\n")}\n`;
}

function section(key: keyof typeof prose, title: string, prefix?: string, shape?: Shape): string {
  return [`## ${title}`, prose[key], ...(prefix !== undefined && shape ? [table(prefix, shape)] : [])].join("\n\n");
}

function table(prefix: string, shape: Shape): string {
  const rows = Object.entries(shape).map(([key, schema]) => `| \`${key}\` | ${cell(expectationOf(schema) ?? "")} | ${defaultOf(schema)} | ${cell(meaningOf(schema))} |`);
  return [`Under \`${prefix}\`:`, "", "| Setting | Value | Default | Meaning |", "|---|---|---|---|", ...rows].join("\n");
}

function defaultOf(schema: z.ZodType): string {
  const value = schema.meta()?.default;
  return value === undefined ? "" : `\`${String(value)}\``;
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
