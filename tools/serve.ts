import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { FleetError } from "#model/errors";
import { artifactPath } from "#providers/local-catalog/layout";
import { command } from "./engine/command.ts";
import { listImages, serveCatalog } from "./serve/catalog-server.ts";
import type { ListedImage } from "./serve/index-page.ts";
import { findLocalSite } from "./serve/local-site.ts";

const help = `Serves the catalog of a local site over HTTP on 127.0.0.1, until Ctrl-C.

  npm run serve -- [--site <name>] [--stack <name>] [--port <number>]

  --site   a site of the kind local or vagrant in the stack's settings (default: the only one)
  --stack  whose settings, from Pulumi.<stack>.yaml (default: dev)
  --port   default: any free one
`;

async function main(args: string[]): Promise<void> {
  const options = { site: { type: "string" }, stack: { type: "string", default: "dev" }, port: { type: "string", default: "0" }, help: { type: "boolean", short: "h" } } as const;
  const { values } = parseArgs({ args, options });
  if (values.help) return void process.stdout.write(help);
  const site = await findLocalSite(process.cwd(), values.stack, values.site);
  const root = resolve(site.path);
  const server = await serveCatalog(root, site.name, portOf(values.port)).catch((error: Error) => {
    throw new FleetError({ action: `serve ${site.name}`, place: `127.0.0.1:${values.port}`, cause: error.message, hint: "leave --port out to take any free one" }, { cause: error });
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void server.close());
  console.log(`Site ${site.name} (${site.path}) is at ${server.url}`);
  const images = await listImages(root);
  if (images.length === 0) console.log("Nothing is published there yet: npm run up");
  for (const { image, published } of images) {
    console.log(`\n${image}`);
    for (const one of published) console.log(`  ${one.version}  ${one.format.padEnd(width(images))}  ${new URL(artifactPath(one), server.url).href}`);
  }
  console.log("\nCtrl-C ends it.");
}

function width(images: readonly ListedImage[]): number {
  return Math.max(...images.flatMap(({ published }) => published.map(({ format }) => format.length)));
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && text !== "") return port;
  throw new FleetError({ action: `serve on the port ${JSON.stringify(text)}`, cause: "a port is a number from 0 to 65535" });
}

await command(() => main(process.argv.slice(2)));
