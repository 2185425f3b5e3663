import type { Failure } from "./check-properties.ts";
import type { Properties } from "./wire.ts";

/** What a resource's verbs are called with, besides its properties. */
export interface Context<Client> {
  /** What the plugin's `configure` made of the provider's configuration. */
  readonly client: Client;
  readonly urn: string;
  /** From customTimeouts; 0: the kind's own default. */
  readonly timeoutSeconds: number;
}

/** A resource as its service tells of it. */
export interface Found {
  readonly id: string;
  /** All outputs, inputs among them. */
  readonly state: Properties;
}

/** A type of resource. Its inputs are held against the SDK's types before any verb sees them. */
export interface Kind<Client> {
  /** As in the SDK: `aws:ec2/ami:Ami`. */
  readonly token: string;
  /** Inputs whose change makes a new resource; the others are updated in place. */
  readonly replace: readonly string[];
  /** Inputs that the official provider compares although the program does not give them: optional, and nothing is theirs by default. */
  readonly watched?: readonly string[];
  /** Inputs that the service fills in where the program gives none: that they are absent is no change. */
  readonly computed?: readonly string[];
  /** Input that gets a name with random digits when the program gives none. When it stays, the old resource goes before the new one comes. */
  readonly autoName?: string;
  /** Whether two values of an input are one to the service, although they differ. */
  same?(property: string, old: unknown, now: unknown): boolean;
  /** Completes the program's inputs as the official provider does: defaults, other ways to write the same. They may be unknown. */
  complete?(inputs: Properties, client: Client): Properties;
  /** What the types do not say. Values may be unknown. */
  check?(inputs: Properties, client: Client): Failure[];
  create(inputs: Properties, context: Context<Client>): Promise<Found>;
  /**
   * @param known the last state; empty when the resource is imported.
   * @returns undefined when it is gone.
   */
  read(id: string, known: Properties, context: Context<Client>): Promise<Found | undefined>;
  /** Absent: every change replaces. @returns the new state */
  update?(id: string, inputs: Properties, old: { readonly inputs: Properties; readonly state: Properties }, context: Context<Client>): Promise<Properties>;
  /** Fine when it is gone already. */
  delete(id: string, state: Properties, context: Context<Client>): Promise<void>;
}

/** Made but not whole: the engine keeps it as tainted, with this state. */
export class HalfMade extends Error {
  readonly found: Found;

  constructor(message: string, found: Found) {
    super(message);
    this.found = found;
  }
}

/** A stand-in for an official provider plugin. */
export interface Plugin<Client> {
  /** `aws`: of the SDK `@pulumi/aws`, whose version it says it has. */
  readonly name: string;
  readonly kinds: readonly Kind<Client>[];
  /** Parts of the provider's configuration whose change replaces its resources. */
  readonly replace: readonly string[];
  /** Takes the provider's configuration, plain; an error ends the run as one of the official provider does. */
  configure(config: Properties): Promise<Client> | Client;
}
