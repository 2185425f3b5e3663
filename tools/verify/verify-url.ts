import { posix } from "node:path";
import { FleetError } from "#model/errors";
import { productsPath } from "#providers/local-catalog/layout";
import { sealFiles, sealNames } from "#providers/seal/seal-names";
import type { TrustedKeys } from "#providers/seal/trusted-keys";
import type { Outcome } from "./checked.ts";
import { byDirectory, listedItems } from "./listed-items.ts";
import type { Reporter } from "./reporter.ts";
import { urlFiles, withoutCredentials } from "./url-files.ts";
import { verifyPublished, type Published } from "./verify-published.ts";

/** Checks a catalog behind a URL, all that its index lists, or one format of it. Nothing is kept of what is read. */
export async function verifyUrl(url: URL, trusted: TrustedKeys, reporter: Reporter): Promise<Outcome> {
  const base = new URL(url.href.replace(/[?#].*$/s, "").replace(/\/?$/, "/"));
  const at = (path: string): Published["files"] => urlFiles(new URL(path, base), (name, bytes, total) => reporter.read(name, bytes, total));
  const place = withoutCredentials(base);
  const all = await found(base, at).catch((error: unknown) => {
    if (error instanceof FleetError) throw error;
    throw new FleetError({ action: "verify", place, cause: error instanceof Error ? error.message : String(error), hint: "check the URL, and whether the server runs (npm run serve)" }, { cause: error });
  });
  return { place, checked: await verifyPublished(all, trusted, reporter), mend: "do not use these files; tell who serves them, or repair the catalog there: npm run up" };
}

async function found(base: URL, at: (path: string) => Published["files"]): Promise<Published[]> {
  for (const name of sealFiles) {
    if (await at("./").bytes(name)) return [{ files: at("./"), path: decodeURIComponent(base.pathname) }];
  }
  const index = await at(`./${posix.dirname(productsPath)}/`).bytes(posix.basename(productsPath));
  const items = index && listedItems(index.toString());
  if (!items) {
    const cause = index ? `its ${productsPath} is no list of images` : `there is neither ${sealNames.sums} nor ${productsPath}`;
    throw new FleetError({ action: "verify", place: withoutCredentials(base), cause, hint: "give the URL of a catalog, or of the directory of one format" });
  }
  if (items.length === 0) throw new FleetError({ action: "verify", place: withoutCredentials(base), cause: "the catalog lists no images", hint: "npm run up" });
  return [...byDirectory(items)].sort().map(([path, listed]) => ({ files: at(`./${path.split("/").map(encodeURIComponent).join("/")}/`), path, listed }));
}
