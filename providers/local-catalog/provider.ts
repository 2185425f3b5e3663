import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import type { dynamic } from "@pulumi/pulumi";
import { guarded } from "#store/errors";
import { configuredStore, configureStore } from "#providers/shared/configured-store";
import { projectDir } from "#providers/shared/project";
import { configOfProvider } from "#providers/shared/stack-config";
import { isUnknown, mayDiffer } from "#providers/shared/unknown";
import { actionOf } from "#providers/local-catalog/copy-file";
import { inspectPublished } from "#providers/local-catalog/inspect";
import type { CatalogInputs, CatalogOutputs } from "#providers/local-catalog/inputs";
import { publish } from "#providers/local-catalog/publish";
import { withdraw } from "#providers/local-catalog/withdraw";

/** What makes it another thing in another place; the rest is made right where it is. */
const identity = ["site", "image", "version", "format"] as const;
const content = ["key", "sha256", "bytes", "url"] as const;

let request: dynamic.ConfigureRequest | undefined;

/** The verbs of LocalCatalog. */
export const provider = {
  configure(configure: dynamic.ConfigureRequest): void {
    request = configure;
    configureStore(configure.config);
  },

  async diff(_id: string, olds: CatalogOutputs, news: CatalogInputs): Promise<dynamic.DiffResult> {
    const replaces: string[] = identity.filter((name) => mayDiffer(olds[name], news[name]));
    if (isUnknown(news.path) || rootOf(olds) !== rootOf(news)) replaces.push("path");
    const changes = replaces.length > 0 || olds.path !== news.path || content.some((name) => mayDiffer(olds[name], news[name])) || olds.state !== "correct";
    return { changes, replaces };
  },

  async create(inputs: CatalogInputs): Promise<dynamic.CreateResult<CatalogOutputs>> {
    const claim = randomBytes(8).toString("hex");
    await guarded(actionOf(inputs), inputs.path, () => publish({ root: rootOf(inputs), inputs, claim, ...context() }));
    return { id: idOf(inputs), outs: outputs(inputs, claim, "correct") };
  },

  async update(_id: string, olds: CatalogOutputs, news: CatalogInputs): Promise<dynamic.UpdateResult<CatalogOutputs>> {
    await guarded(actionOf(news), news.path, () => publish({ root: rootOf(news), inputs: news, claim: olds.claim, before: olds, ...context() }));
    return { outs: outputs(news, olds.claim, "correct") };
  },

  async read(id: string, props: CatalogOutputs): Promise<dynamic.ReadResult<CatalogOutputs>> {
    const state = await inspectPublished(rootOf(props), props, { deep: process.env["IMAGEFLEET_DEEP"] === "1" });
    if (state !== "correct") console.log(`[${props.site}/${props.image}] ${props.version} as ${props.format} ${state === "gone" ? "is gone from the catalog" : state}`);
    return state === "gone" ? { id: "", props } : { id, props: outputs(props, props.claim, state) };
  },

  async delete(_id: string, props: CatalogOutputs): Promise<void> {
    const action = `withdraw ${props.image}@${props.version} as ${props.format} from ${props.site}`;
    await guarded(action, props.path, () => withdraw(rootOf(props), props));
  },
};

/** Where sealed formats come from, and whose seals count. */
function context() {
  return { store: configuredStore(), seal: configOfProvider(request).seal };
}

function rootOf({ path }: { readonly path: string }): string {
  return resolve(projectDir(), path);
}

/** `laptop/debian-12@2026.1101.1/qcow2` */
function idOf({ site, image, version, format }: CatalogInputs): string {
  return `${site}/${image}@${version}/${format}`;
}

function outputs({ site, path, image, version, format, key, sha256, bytes, url }: CatalogInputs, claim: string, state: string): CatalogOutputs {
  return { site, path, image, version, format, key, sha256, bytes, ...(url !== undefined && { url }), state, claim };
}
