/** Where a channel of an image points: `latest`, a version such as `2026.1101.2`, the name of another channel, or `request`. */
export type ChannelTarget = string;

/** A name that consumers follow: it points at one release of each of its images, on every site that has them. */
export interface ChannelConfig {
  readonly name: string;
  /** By the name of the image. */
  readonly images: Readonly<Record<string, ChannelTarget>>;
  /** Sites in the order in which they are moved; together all sites of its images, groups expanded. Default: all at once. */
  readonly waves: readonly Wave[];
  /** Sites that hold no promotion back: one that lags is named. Default: none. */
  readonly bestEffort: readonly string[];
  /** A release is moved to only with a signed approval. Default false; true where a site of the channel is public. */
  readonly approval: boolean;
  /** `direct` moves the sites; `request` asks another stack to. Default `direct`. */
  readonly publish: "direct" | "request";
  /** Seconds for which a request counts. Default 14 days. */
  readonly validFor: number;
}

export interface Wave {
  readonly sites: readonly string[];
  /** Seconds from the end of this wave, when it is looked at once more, to the next one. Default 0. */
  readonly pause: number;
}

/** A command that runs after something has happened; its triggers are the release's digest and the channel. */
export interface HookConfig {
  readonly name: string;
  readonly after: "publish" | "promotion";
  /** Images that it runs for. Default: all. */
  readonly images?: readonly string[];
  /** Channels that it runs for, of a hook after a promotion. Default: all. */
  readonly channels?: readonly string[];
  /** Program and arguments, run here, or on the host of `ssh`. `{image}`, `{version}`, `{sha256}` and `{channel}` are filled in. */
  readonly run: readonly string[];
  /** Names of environment variables that a program here is given. Default: none. */
  readonly env?: readonly string[];
  /** Keys are those of the user's SSH agent. */
  readonly ssh?: HookHost;
}

export interface HookHost {
  readonly host: string;
  /** Default 22. */
  readonly port: number;
  readonly user: string;
  /** Public key of the host as in known_hosts, without its name: `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
  readonly jump?: Omit<HookHost, "jump">;
}

/** Reasons for withdrawn releases, by image and version. */
export type Revocations = Readonly<Record<string, Readonly<Record<string, string>>>>;
