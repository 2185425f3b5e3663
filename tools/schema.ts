import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { stackJsonSchema } from "../model/config/json-schema.ts";
import { reference } from "../model/config/reference.ts";
import { hygieneReference } from "../providers/inspection/hygiene/reference.ts";

const help = `npm run schema -- [--check]

Writes what is generated from the sources:
  schema/stack.schema.json   for editors
  docs/configuration.md      the reference
  docs/hygiene.md            the rules of the hygiene gate

  --check   write nothing; end with 1 if a file is not as it would be written
  --help    show this
`;

const root = join(import.meta.dirname, "..");

const generated: Readonly<Record<string, () => string>> = {
  "schema/stack.schema.json": () => `${JSON.stringify(stackJsonSchema(), null, 2)}\n`,
  "docs/configuration.md": reference,
  "docs/hygiene.md": hygieneReference,
};

async function stale(path: string, text: string): Promise<boolean> {
  return (await readFile(join(root, path), "utf8").catch(() => undefined)) !== text;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { check: { type: "boolean" }, help: { type: "boolean", short: "h" } } });
  if (values.help) return void process.stdout.write(help);
  for (const [path, make] of Object.entries(generated)) {
    const text = make();
    if (!(await stale(path, text))) continue;
    if (values.check) {
      console.error(`${path} is not what the sources say: run \`npm run schema\` and commit it`);
      process.exitCode = 1;
      continue;
    }
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    console.log(`wrote ${path}`);
  }
}

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  console.error("npm run schema -- --help shows what there is");
  process.exitCode = 2;
}
