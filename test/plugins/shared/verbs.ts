import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { checkProperties, type Failure } from "./check-properties.ts";
import { difference, importedInputs, refreshedInputs } from "./inputs.ts";
import type { Context, Kind, Plugin } from "./kind.ts";
import { providerTypes, resourceTypes, type Sdk } from "./sdk-types.ts";
import type { ResourceTypes } from "./shape.ts";
import { fromWire, isUnknown, toWire, unknownValue, type Properties } from "./wire.ts";

/** Of a provider's inputs, what is the engine's business. */
const engines = new Set(["version", "pluginDownloadURL", "__internal"]);

interface Timed {
  getUrn(): string;
  getTimeout(): number;
}

/** The verbs of the engine's protocol, for all kinds of a plugin. */
export class Verbs<Client> {
  readonly #plugin: Plugin<Client>;
  readonly #sdk: Sdk;
  readonly #types = new Map<string, Promise<ResourceTypes>>();
  #client: Client | undefined;

  constructor(plugin: Plugin<Client>, sdk: Sdk) {
    this.#plugin = plugin;
    this.#sdk = sdk;
  }

  async checkConfig(request: messages.CheckRequest): Promise<messages.CheckResponse> {
    return checked(request.getNews(), checkProperties(config(fromWire(request.getNews())), await providerTypes(this.#sdk)));
  }

  async diffConfig(request: messages.DiffRequest): Promise<messages.DiffResponse> {
    const [old, now] = [request.getOldInputs(), request.getNews()].map((one) => config(fromWire(one))) as [Properties, Properties];
    const update = async (): Promise<Properties> => now;
    return differs(difference(old, now, { replace: this.#plugin.replace, update }, request.getIgnorechangesList()));
  }

  async configure(request: messages.ConfigureRequest): Promise<messages.ConfigureResponse> {
    this.#client = await this.#plugin.configure(config(fromWire(request.getArgs())));
    const reply = new messages.ConfigureResponse();
    reply.setAcceptsecrets(false);
    reply.setAcceptresources(true);
    reply.setAcceptoutputs(false);
    reply.setSupportspreview(true);
    return reply;
  }

  async check(request: messages.CheckRequest): Promise<messages.CheckResponse> {
    const kind = this.#kind(request.getUrn());
    const given = fromWire(request.getNews());
    const { autoName } = kind;
    if (autoName && given[autoName] === undefined) given[autoName] = fromWire(request.getOlds())[autoName] ?? randomName(request);
    const inputs = kind.complete?.(given, this.#configured()) ?? given;
    const failures = checkProperties(inputs, (await this.#typesOf(kind)).inputs);
    return checked(toWire(inputs), failures.length > 0 ? failures : (kind.check?.(inputs, this.#configured()) ?? []));
  }

  async diff(request: messages.DiffRequest): Promise<messages.DiffResponse> {
    const kind = this.#kind(request.getUrn());
    return differs(difference(fromWire(request.getOldInputs()), fromWire(request.getNews()), kind, request.getIgnorechangesList()));
  }

  async create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
    const kind = this.#kind(request.getUrn());
    const inputs = fromWire(request.getProperties());
    const types = await this.#typesOf(kind);
    const reply = new messages.CreateResponse();
    if (request.getPreview()) {
      const unknown = types.outputs.filter((name) => name !== "id" && name !== "urn").map((name) => [name, unknownValue]);
      reply.setProperties(toWire({ ...Object.fromEntries(unknown), ...inputs }));
      return reply;
    }
    const { id, state } = await kind.create(inputs, this.#context(request));
    reply.setId(id);
    reply.setProperties(toWire(ofSdk(kind, state, types)));
    return reply;
  }

  async read(request: messages.ReadRequest): Promise<messages.ReadResponse> {
    const kind = this.#kind(request.getUrn());
    const known = fromWire(request.getProperties());
    const types = await this.#typesOf(kind);
    const found = await kind.read(request.getId(), known, this.#context(request));
    const reply = new messages.ReadResponse();
    if (!found) return reply; // no id: gone
    const old = fromWire(request.getInputs());
    const imported = Object.keys(old).length === 0;
    reply.setId(found.id);
    reply.setProperties(toWire(ofSdk(kind, found.state, types)));
    reply.setInputs(toWire(imported ? importedInputs(found.state, types.inputs) : refreshedInputs(old, found.state, types.inputs, kind.watched)));
    return reply;
  }

  async update(request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
    const kind = this.#kind(request.getUrn());
    if (!kind.update) throw new Error(`${kind.token} cannot be updated`);
    const inputs = fromWire(request.getNews());
    const old = { inputs: fromWire(request.getOldInputs()), state: fromWire(request.getOlds()) };
    const state = request.getPreview() ? { ...old.state, ...inputs } : await kind.update(request.getId(), inputs, old, this.#context(request));
    const reply = new messages.UpdateResponse();
    reply.setProperties(toWire(ofSdk(kind, state, await this.#typesOf(kind))));
    return reply;
  }

  async delete(request: messages.DeleteRequest): Promise<void> {
    await this.#kind(request.getUrn()).delete(request.getId(), fromWire(request.getProperties()), this.#context(request));
  }

  #kind(urn: string): Kind<Client> {
    const token = urn.split("::")[2]?.split("$").at(-1);
    const kind = this.#plugin.kinds.find((one) => one.token === token);
    if (!kind) throw new Error(`the stand-in for ${this.#plugin.name} has no ${token}, only ${this.#plugin.kinds.map((one) => one.token).join(", ")}`);
    return kind;
  }

  #configured(): Client {
    if (this.#client === undefined) throw new Error("the provider is not configured");
    return this.#client;
  }

  #context(request: Timed): Context<Client> {
    return { client: this.#configured(), urn: request.getUrn(), timeoutSeconds: request.getTimeout() };
  }

  #typesOf({ token }: Kind<Client>): Promise<ResourceTypes> {
    const known = this.#types.get(token) ?? resourceTypes(this.#sdk, token);
    this.#types.set(token, known);
    return known;
  }
}

/** A plugin gives what the SDK's class or its inputs have, or its author has misspelt something. */
function ofSdk({ token }: { readonly token: string }, state: Properties, { inputs, outputs }: ResourceTypes): Properties {
  const strange = Object.keys(state).filter((name) => !outputs.includes(name) && !(name in inputs) && name !== "id");
  if (strange.length > 0) throw new Error(`the stand-in's ${token} has outputs that the SDK does not know: ${strange.join(", ")}`);
  return state;
}

/** The SDK writes what is not a string as JSON. */
function config(given: Properties): Properties {
  const entries = Object.entries(given).filter(([name]) => !engines.has(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === "string" && !isUnknown(value) ? parsed(value) : value]));
}

/** Numbers of accounts stay strings. */
function parsed(text: string): unknown {
  try {
    return /^([[{]|true$|false$)/.test(text) ? (JSON.parse(text) as unknown) : text;
  } catch {
    return text;
  }
}

function randomName(request: messages.CheckRequest): string {
  const name = request.getUrn().split("::").slice(3).join("::");
  return `${name}-${Buffer.from(request.getRandomseed_asU8()).toString("hex").slice(0, 7)}`;
}

function checked(inputs: ReturnType<messages.CheckRequest["getNews"]>, failures: readonly Failure[]): messages.CheckResponse {
  const reply = new messages.CheckResponse();
  reply.setInputs(inputs);
  reply.setFailuresList(failures.map(({ property, reason }) => {
    const failure = new messages.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    return failure;
  }));
  return reply;
}

function differs({ changed, replaces, deleteBeforeReplace }: ReturnType<typeof difference>): messages.DiffResponse {
  const reply = new messages.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  reply.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
  reply.setDiffsList(changed);
  reply.setReplacesList(replaces);
  reply.setDeletebeforereplace(deleteBeforeReplace);
  return reply;
}
