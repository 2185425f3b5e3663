import type { dynamic } from "@pulumi/pulumi";
import { FleetError } from "#model/errors";
import { releaseName } from "#model/release";
import type { StatusInputs, StatusOutputs } from "#providers/release-status/inputs";
import type { SiteStatus, StatusTarget } from "#providers/release-status/site-status";
import { configOfProvider } from "#providers/shared/stack-config";
import { mayDiffer } from "#providers/shared/unknown";
import { shortLine, unreachableState } from "#providers/shared/unreachable";

const identity = ["site", "vcenter", "image", "version", "stack"] as const;

/** The state stays slim. */
let request: dynamic.ConfigureRequest | undefined;

/** The verbs of ReleaseStatus. */
export const provider = {
  configure(configure: dynamic.ConfigureRequest): void {
    request = configure;
  },

  async diff(_id: string, olds: StatusOutputs, news: StatusInputs): Promise<dynamic.DiffResult> {
    const replaces = identity.filter((name) => mayDiffer(olds[name], news[name]));
    return { changes: replaces.length > 0 || olds.state !== "correct" || mayDiffer(olds.reason, news.reason), replaces };
  },

  async create(inputs: StatusInputs): Promise<dynamic.CreateResult<StatusOutputs>> {
    return { id: `${[inputs.site, inputs.vcenter].filter(Boolean).join("/")}/${releaseName(inputs)}`, outs: await withdraw(inputs) };
  },

  async update(_id: string, _olds: StatusOutputs, inputs: StatusInputs): Promise<dynamic.UpdateResult<StatusOutputs>> {
    return { outs: await withdraw(inputs) };
  },

  async read(id: string, props: StatusOutputs): Promise<dynamic.ReadResult<StatusOutputs>> {
    const state = await siteOf(props).then(look).catch(unreachableState);
    if (state !== "correct") console.log(`[${props.site}/${props.image}] ${props.version}, which is revoked, is ${state}`);
    return { id, props: { ...props, state } };
  },

  /** Of a site that has left the configuration nothing is known any more, and nothing is asked of it. */
  async delete(_id: string, props: StatusOutputs): Promise<void> {
    const own = await siteOf(props);
    if (!own?.status.restore) return;
    await own.status.restore(own.target);
    console.log(`[${props.site}/${props.image}] ${props.version} is no longer withdrawn`);
  },
};

/** A release, and how its site withdraws it. */
interface OnSite {
  readonly status: SiteStatus;
  readonly target: StatusTarget;
}

/** Says afterwards what the site itself says. */
async function withdraw(inputs: StatusInputs): Promise<StatusOutputs> {
  const { site, vcenter, image, version, stack, reason } = inputs;
  const own = await siteOf(inputs);
  if (own) await own.status.withdraw(own.target);
  const state = await look(own);
  if (state === "correct") {
    console.log(`[${site}/${image}] withdrew ${version}: ${reason}`);
    return { site, ...(vcenter !== undefined && { vcenter }), image, version, stack, reason, state };
  }
  throw new FleetError({ action: `withdraw ${releaseName(inputs)}`, place: site, cause: state.replace(/^incorrect: /, ""), hint: "run npm run up again; if it stays, withdraw it by the site's own means" });
}

async function look(own: OnSite | undefined): Promise<string> {
  const offers = own ? await own.status.read(own.target) : [];
  return offers.length === 0 ? "correct" : shortLine(`incorrect: ${offers.join("; ")}`);
}

/** Loaded when first asked for: each kind brings its cloud's client. */
async function siteOf({ site: name, vcenter, image, version, stack }: StatusInputs): Promise<OnSite | undefined> {
  const site = configOfProvider(request).sites[name];
  if (!site) return undefined;
  const { status } = (await import(`#providers/release-status/sites/${site.kind}`)) as { status: SiteStatus };
  return { status, target: { site, vcenter, image, version, stack } };
}
