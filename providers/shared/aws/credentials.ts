import { fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import type { AwsAccess } from "#providers/shared/aws/access";

type Provider = ReturnType<typeof fromNodeProviderChain>;
export type Credentials = Awaited<ReturnType<Provider>>;

/** Credentials last at least this long when they are used, in milliseconds. */
const margin = 5 * 60_000;

/** Credentials that are kept until shortly before they end, or until a service has said that they ended. */
export class RenewableCredentials {
  private readonly access: AwsAccess;
  private readonly provider: Provider;
  private current: Promise<Credentials> | undefined;
  private ended = false;

  constructor(access: AwsAccess) {
    this.access = access;
    this.provider = providerOf(access);
  }

  async get(): Promise<Credentials> {
    const known = await this.current;
    if (known && (!known.expiration || known.expiration.getTime() > Date.now() + margin)) return known;
    return (this.current = this.fetch());
  }

  /** The next request takes new ones. */
  renew(): void {
    this.ended = true;
    this.current = undefined;
  }

  private async fetch(): Promise<Credentials> {
    const provider = this.ended ? providerOf(this.access) : this.provider;
    try {
      return await provider();
    } catch (error) {
      this.current = undefined;
      throw error;
    }
  }
}

function providerOf({ region, profile, assumeRole, thenAssume }: AwsAccess): Provider {
  const clientConfig = { region };
  const base = fromNodeProviderChain({ ...(profile !== undefined && { profile }), clientConfig });
  return [assumeRole, thenAssume].filter((role) => role !== undefined).reduce<Provider>(
    (masterCredentials, RoleArn) => fromTemporaryCredentials({ masterCredentials, params: { RoleArn, RoleSessionName: "imagefleet" }, clientConfig }) as Provider,
    base,
  );
}
