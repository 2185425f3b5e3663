import type { dynamic } from "@pulumi/pulumi";
import { sha256 } from "#model/build-key";
import { FleetError } from "#model/errors";
import { releaseName } from "#model/release";
import { requestDocument, type PublishRequest, type RequestDocument } from "#model/request";
import { sealedEnvelope } from "#providers/seal/dsse";
import { signingKey } from "#providers/seal/signing-key";
import { configuredStore, configureStore } from "#providers/shared/configured-store";
import { configOfProvider } from "#providers/shared/stack-config";
import { mayDiffer } from "#providers/shared/unknown";
import { unreachableState } from "#providers/shared/unreachable";
import type { PublishRequestInputs, PublishRequestOutputs } from "#providers/publish-request/inputs";
import { requestStatement } from "#providers/publish-request/statement";
import { requestStatus, type RequestStatus } from "#providers/publish-request/status";

const identity = ["channel", "image", "stack"] as const;
const content = ["version", "sha256"] as const;
const again: readonly string[] = ["expired", "altered"] satisfies RequestStatus["status"][];

let request: dynamic.ConfigureRequest | undefined;

/** The verbs of PublishRequest. */
export const provider = {
  configure(configure: dynamic.ConfigureRequest): void {
    request = configure;
    configureStore(configure.config);
  },

  /** For how long it counts matters to the next request only. */
  async diff(_id: string, olds: PublishRequestOutputs, news: PublishRequestInputs): Promise<dynamic.DiffResult> {
    const replaces = identity.filter((name) => mayDiffer(olds[name], news[name]));
    return { changes: replaces.length > 0 || content.some((name) => mayDiffer(olds[name], news[name])) || again.includes(olds.status), replaces, deleteBeforeReplace: true };
  },

  async create(inputs: PublishRequestInputs): Promise<dynamic.CreateResult<PublishRequestOutputs>> {
    return { id: `request/${inputs.channel}/${inputs.image}`, outs: await ask(inputs) };
  },

  async update(_id: string, olds: PublishRequestOutputs, news: PublishRequestInputs): Promise<dynamic.UpdateResult<PublishRequestOutputs>> {
    return { outs: await ask(news, olds.since) };
  },

  /** A store that cannot be read keeps the state as it is: not knowing is no proof that the request is gone. */
  async read(id: string, props: PublishRequestOutputs): Promise<dynamic.ReadResult<PublishRequestOutputs>> {
    try {
      const store = configuredStore();
      const document = await store.document<RequestDocument>(requestDocument(props));
      if (!document) return { id: "", props };
      const { status, text } = digestOf(document) === props.document ? await requestStatus(store, props) : { status: "altered" as const, text: "the store has another request than this stack has written" };
      console.log(`[${props.channel}/${props.image}] ${props.version}: ${text}`);
      return { id, props: { ...props, status, state: stateOf(status, text) } };
    } catch (error) {
      return { id, props: { ...props, state: unreachableState(error) } };
    }
  },

  async delete(_id: string, props: PublishRequestOutputs): Promise<void> {
    await configuredStore().removeDocument(requestDocument(props));
  },
};

/** @param last When this stack has asked before: a clock that went back makes no request that counts as an older one. */
async function ask({ channel, image, version, sha256: digest, stack, validFor }: PublishRequestInputs, last?: string): Promise<PublishRequestOutputs> {
  const action = `ask for ${channel} of ${image} to point at ${version}`;
  const store = configuredStore();
  await requirePassed({ image, version, sha256: digest }, action);
  const since = Math.max(Date.now(), last === undefined ? 0 : Date.parse(last) + 1);
  const asked: PublishRequest = { channel, image, version, sha256: digest, stack, since: new Date(since).toISOString(), expires: new Date(since + validFor * 1000).toISOString() };
  const key = await signingKey(configOfProvider(request).seal, action);
  const document: RequestDocument = { schemaVersion: 1, image, version, envelope: JSON.parse(await sealedEnvelope(requestStatement(asked), key)) as object };
  await store.replaceDocument(requestDocument(asked), document);
  console.log(`[${channel}/${image}] asked for ${version}, until ${asked.expires}: the stack that moves ${channel} carries it out with its next \`npm run up\``);
  const { status, text } = await requestStatus(store, asked);
  return { ...asked, validFor, document: digestOf(document), status, state: stateOf(status, text) };
}

/** What no gate has passed is not worth a signature. */
async function requirePassed(id: Pick<PublishRequest, "image" | "version" | "sha256">, action: string): Promise<void> {
  const store = configuredStore();
  const [build, groups] = await Promise.all([store.record(id, "build"), store.groups(id)]);
  const cause = !build ? "there is no such release" : build.disk.sha256 !== id.sha256 ? "the release there has another disk" : groups.some((group) => group.startsWith("gates/")) ? undefined : "it has not passed its gates";
  if (cause !== undefined) throw new FleetError({ action, place: store.location, cause, hint: `npm run store -- show ${releaseName(id)}` });
}

function digestOf(document: RequestDocument): string {
  return sha256(JSON.stringify(document.envelope));
}

function stateOf(status: RequestStatus["status"], text: string): string {
  return `${["asked", "carried out", "failed"].includes(status) ? "correct" : "incorrect"}: ${text.slice(0, 500)}`;
}
