import type { dynamic } from "@pulumi/pulumi";
import { siteOf } from "#model/places";
import { Progress } from "#providers/shared/progress";
import { configuredStore, configureStore } from "#providers/shared/configured-store";
import { sortedText } from "#providers/shared/sorted-text";
import { configOfProvider } from "#providers/shared/stack-config";
import { isUnknown, mayDiffer } from "#providers/shared/unknown";
import { flip, type Moved } from "#providers/channel-flip/flip";
import type { FlipInputs, FlipOutputs } from "#providers/channel-flip/inputs";
import { look } from "#providers/channel-flip/look";
import { leaveSites, withdraw } from "#providers/channel-flip/withdraw";
import { unreachableState } from "#providers/shared/unreachable";

/** What makes it another pointer; the rest moves the one that is there. When the former wave moved changes nothing in this one. */
const identity = ["channel", "image", "wave", "stack"] as const;
const content = ["version", "sha256", "approval", "pause", "last"] as const;
const lists = ["sites", "bestEffort"] as const;

let request: dynamic.ConfigureRequest | undefined;

/** The verbs of ChannelFlip. */
export const provider = {
  configure(configure: dynamic.ConfigureRequest): void {
    request = configure;
    configureStore(configure.config);
  },

  async diff(_id: string, olds: FlipOutputs, news: FlipInputs): Promise<dynamic.DiffResult> {
    const replaces = identity.filter((name) => mayDiffer(olds[name], news[name]));
    const differs = content.some((name) => mayDiffer(olds[name], news[name])) || lists.some((name) => isUnknown(news[name]) || sortedText(olds[name]) !== sortedText(news[name]));
    return { changes: replaces.length > 0 || differs || olds.state !== "correct" || sortedText(olds.lagging) !== "[]", replaces, deleteBeforeReplace: true };
  },

  async create(inputs: FlipInputs): Promise<dynamic.CreateResult<FlipOutputs>> {
    const { channel, image, wave } = inputs;
    return { id: `channel/${channel}/${image}/wave-${wave}`, outs: await moved(inputs) };
  },

  async update(_id: string, olds: FlipOutputs, news: FlipInputs): Promise<dynamic.UpdateResult<FlipOutputs>> {
    return { outs: await moved(news, olds) };
  },

  async read(id: string, props: FlipOutputs): Promise<dynamic.ReadResult<FlipOutputs>> {
    const state = await look(configOfProvider(request), configuredStore(), props, sitesAway()).catch(unreachableState);
    if (state !== "correct") console.log(`[${props.channel}/${props.image}] ${props.version}, wave ${props.wave}, is ${state}`);
    return { id, props: { ...props, state } };
  },

  async delete(_id: string, props: FlipOutputs): Promise<void> {
    await showing(props, (progress) => withdraw(configOfProvider(request), configuredStore(), props, progress));
  },
};

/** As the run says that reads it: sites of places that did not answer, or that it was not to look at. */
function sitesAway(): string[] {
  return (process.env["IMAGEFLEET_UNREACHABLE"] ?? "").split(",").filter(Boolean).map(siteOf);
}

function moved(inputs: FlipInputs, before?: FlipOutputs): Promise<FlipOutputs> {
  const config = configOfProvider(request);
  return showing(inputs, async (progress) => {
    const done = await flip({ config, store: configuredStore(), inputs, before, progress });
    if (before) await leaveSites(config, before, inputs, progress);
    return outputs(inputs, done);
  });
}

async function showing<T>({ channel, image }: FlipInputs, work: (progress: Progress) => Promise<T>): Promise<T> {
  const progress = new Progress(`${channel}/${image}`);
  try {
    return await work(progress);
  } finally {
    progress.stop();
  }
}

function outputs({ channel, image, version, sha256, wave, sites, bestEffort, stack, approval, request: by, pause, last }: FlipInputs, done: Moved): FlipOutputs {
  return { channel, image, version, sha256, wave, sites: [...sites], bestEffort: [...bestEffort], stack, approval, ...(by !== undefined && { request: by }), pause, last, ...done, state: "correct" };
}
