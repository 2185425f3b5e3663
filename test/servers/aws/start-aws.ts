import { Accounts, mainAccount } from "./accounts.ts";
import { Admin } from "./admin.ts";
import { fits, type AwsFault, type AwsMatch, type Rule } from "./aws-faults.ts";
import { Front, type Call, type Hook } from "./front.ts";
import { Moto } from "./moto.ts";
import { Services, type Settings } from "./services.ts";
import { World } from "./world.ts";

export interface AwsOptions {
  /** Added to every answer. Default 0. */
  readonly latencyMs?: number;
  /** Told what takes long: the first run on a machine installs moto. Default the console. */
  readonly log?: (line: string) => void;
}

/**
 * AWS on loopback, for every region. EBS direct, AMIs, snapshots and tags are kept here, as strictly as the service does: moto
 * takes blocks with wrong checksums, forgets mappings and architectures, knows no deprecation, and lets one account see nothing
 * of another's. Parameters of AMIs are looked at as the service does, and then moto's, as is all else (STS, S3, IAM, KMS, the rest of EC2).
 */
export interface Aws {
  /** What a client needs, and nothing that would lead it elsewhere. */
  readonly env: Readonly<Record<string, string>>;
  readonly endpoint: string;
  /** Account of the credentials in `env`. */
  readonly account: string;
  /** Where clients go when nothing says otherwise. */
  readonly region: string;
  /** What holds from now on. */
  readonly settings: Settings;
  /** What a test does and looks up behind its programs' backs. */
  readonly admin: Admin;
  /** Added to every answer from now on. */
  latency(ms: number): void;
  /** `fault({ action: "PutSnapshotBlock", skip: 3, times: 20 }, { kind: "throttle" })` */
  fault(match: AwsMatch, fault: AwsFault): Rule;
  /** Runs a function in the middle of the first request that fits: `skip` more pass before. */
  hook(match: AwsMatch, when: Hook["when"], run: Hook["run"]): Rule;
  /** Refuses an action for lack of permission, in an account or in all. @returns what allows it again */
  deny(action: string, options?: { readonly account?: string }): () => void;
  /** Removes all faults, hooks and denials. */
  heal(): void;
  /** Requests so far, in the order in which they came. */
  calls(match?: Pick<AwsMatch, "action" | "region" | "account">): Call[];
  /** Bytes of their bodies. */
  bytes(match?: Pick<AwsMatch, "action" | "region" | "account">): number;
  /** Forgets the requests so far. */
  forget(): void;
  /** ARN of a role in an account that may be assumed from now on; no others may. */
  role(account: string, name?: string): string;
  stop(): Promise<void>;
}

const region = "eu-central-1";

/** Starts it on free ports of 127.0.0.1; it ends with the test's process. */
export async function startAws({ latencyMs = 0, log = console.log }: AwsOptions = {}): Promise<Aws> {
  const moto = await Moto.start(log);
  const [world, accounts] = [new World(), new Accounts()];
  const settings: Settings = { pageSize: 50, completeMs: 50, registerMs: 20, copyMs: 50, copyMsIn: new Map(), failingCopies: new Map(), validateMs: 50, quota: undefined };
  const services = new Services(world, moto, accounts, settings);
  const front = new Front(services, latencyMs);
  const endpoint = await front.listen();
  const calls: Aws["calls"] = (match = {}) => front.calls.filter((call) => fits(match, call as never));
  return {
    env: {
      AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: "AKIAIMAGEFLEETTEST00", AWS_SECRET_ACCESS_KEY: "imagefleet/test/secret", AWS_REGION: region, AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: "/nonexistent", AWS_SHARED_CREDENTIALS_FILE: "/nonexistent", NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1",
    },
    endpoint, region, settings, account: mainAccount,
    admin: new Admin(world, accounts),
    latency: (ms) => void (front.latencyMs = ms),
    fault: (match, fault) => front.faults.add(match, fault),
    hook: (match, when, run) => front.hooks.add(match, { when, run }),
    deny(action, options = {}) {
      const name = [options.account, action.replace(/^\w+:/, "")].filter(Boolean).join("/");
      services.denied.add(name);
      return () => void services.denied.delete(name);
    },
    heal() {
      front.faults.clear();
      front.hooks.clear();
      services.denied.clear();
    },
    calls,
    bytes: (match) => calls(match).reduce((sum, { sent }) => sum + sent, 0),
    forget: () => void front.calls.splice(0),
    role: (account, name = "imagefleet") => accounts.role(account, name),
    async stop() {
      await front.close();
      await moto.stop();
    },
  };
}
