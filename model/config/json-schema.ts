import { z } from "zod";
import { stackSchema } from "#model/config/schema";

/** What else the engine keeps in a stack file. */
const engineSettings = ["encryptionsalt", "encryptedkey", "secretsprovider"];

/** JSON Schema of a whole stack file (`Pulumi.<stack>.yaml`), for editors; draft 7, the newest that they all read. */
export function stackJsonSchema(): Record<string, unknown> {
  const settings = Object.entries(stackSchema.shape).map(([key, schema]) => [`imagefleet:${key}`, schema]);
  const { $schema, definitions, ...config } = z.toJSONSchema(z.strictObject(Object.fromEntries(settings)), { target: "draft-7", io: "input" });
  return {
    $schema,
    title: "imagefleet: a stack's configuration",
    type: "object",
    properties: {
      // Settings of other providers, such as aws:region, stand beside ours.
      config: { ...config, patternProperties: { "^(?!imagefleet:)[^:]+:": true } },
      ...Object.fromEntries(engineSettings.map((key) => [key, { type: "string", description: "Written by the engine." }])),
      environment: { description: "Environments of Pulumi ESC." },
    },
    required: ["config"],
    additionalProperties: false,
    definitions,
  };
}
