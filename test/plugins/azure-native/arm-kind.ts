import { HalfMade, type Context, type Found, type Kind } from "../shared/kind.ts";
import type { Properties } from "../shared/wire.ts";
import { ArmFailure, type ArmClient, type ArmResource } from "./client.ts";
import { spelledAs } from "./spelling.ts";

export interface ArmKind {
  /** `azure-native:compute:Image` */
  readonly token: string;
  /** Which the SDK says that it uses. */
  readonly apiVersion: string;
  /** The id after the subscription, each `{input}` in its place. */
  readonly path: string;
  /** Inputs that the definition marks as made once. */
  readonly replace?: readonly string[];
}

/** A resource of Resource Manager: parts of its id, location and tags are inputs, and so are its properties one by one. */
export function armKind({ token, apiVersion, path, replace = [] }: ArmKind): Kind<ArmClient> {
  const parts = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const idOf = (inputs: Properties, { subscription }: ArmClient): string => `/subscriptions/${subscription}${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(inputs[name]))}`;
  const find = async (id: string, known: Properties, client: ArmClient): Promise<Found | undefined> => {
    const resource = await client.get(id, apiVersion);
    return resource && { id: resource.id, state: spelledAs(known, { ...partsOf(resource.id, path), ...flat(resource), azureApiVersion: apiVersion }) as Properties };
  };
  const write = async (id: string, inputs: Properties, { client }: Context<ArmClient>): Promise<Properties> => {
    try {
      await client.put(id, apiVersion, body(inputs, parts));
    } catch (error) {
      const found = error instanceof ArmFailure ? await find(id, inputs, client) : undefined;
      throw found ? new HalfMade((error as Error).message, found) : error;
    }
    return (await find(id, inputs, client))!.state;
  };
  return {
    token,
    replace: [...parts, "location", ...replace],
    computed: ["location"],
    complete: (inputs, client) => ({ ...inputs, ...(inputs.location === undefined && client.location && { location: client.location }) }),
    check: (inputs) => parts.filter((name) => inputs[name] === undefined).map((property) => ({ property, reason: "a stand-in makes no names" })),
    async create(inputs, context) {
      const id = idOf(inputs, context.client);
      if (await context.client.get(id, apiVersion)) throw new Error(`cannot create already existing resource '${id}'`);
      return { id, state: await write(id, inputs, context) };
    },
    read: (id, known, { client }) => find(id, known, client),
    update: (id, inputs, _old, context) => write(id, inputs, context),
    delete: (id, _state, { client }) => client.delete(id, apiVersion),
  };
}

function body(inputs: Properties, parts: readonly string[]): object {
  const { location, tags, ...rest } = inputs;
  return { location, tags, properties: Object.fromEntries(Object.entries(rest).filter(([name]) => !parts.includes(name))) };
}

function flat({ name, type, location, tags, properties }: ArmResource): Properties {
  return { ...properties, name, type, location, tags };
}

function partsOf(id: string, path: string): Properties {
  const pattern = new RegExp(`${path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`, "i");
  return { ...pattern.exec(id)?.groups };
}
