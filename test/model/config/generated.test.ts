import { describe, expect, it } from "vitest";
import { stackJsonSchema } from "#model/config/json-schema";
import { reference } from "#model/config/reference";
import { configKeys } from "#model/config/schema";
import { repositoryFile } from "./stack-file.ts";

describe("what is generated from the schema", () => {
  it("is committed as it would be written now: the JSON Schema", async () => {
    expect(await repositoryFile("schema/stack.schema.json")).toBe(`${JSON.stringify(stackJsonSchema(), null, 2)}\n`);
  });

  it("is committed as it would be written now: the reference", async () => {
    expect(await repositoryFile("docs/configuration.md")).toBe(reference());
  });

  it("describes every setting of a stack", () => {
    const page = reference();
    for (const key of configKeys) expect(page).toMatch(new RegExp(`^\\| \`${key}\` \\| [^|]+ \\|[^|]*\\| [^|]{10,} \\|$`, "m"));
  });

  it("describes what is inside a setting, also where it is a map only if one wants", () => {
    const page = reference();
    for (const place of ["seal.", "sites.<site>.publishers[<n>].subscribers[<n>].", "sites.<site>.shareWith[<n>].", "sites.<site>.replicateTo[<n>]."]) expect(page).toContain(`Under \`imagefleet:${place}\`:`);
  });

  it("leaves no setting without a value and a meaning", () => {
    for (const row of reference().match(/^\| `.*$/gm)!) {
      const [, , value, , meaning] = row.split(/(?<!\\)\|/);
      expect(value?.trim(), row).not.toBe("");
      expect(meaning?.trim(), row).not.toBe("");
    }
  });
});
