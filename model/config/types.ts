import type { ChannelConfig, HookConfig, Revocations } from "#model/config/channel";
import type { SiteConfig } from "#model/config/sites/site-kinds";
import type { GatesConfig, SealConfig, Waiver } from "#model/gates";

export type { AwsSite } from "#model/config/sites/aws";
export type { AzureSite } from "#model/config/sites/azure";
export type { GcpSite } from "#model/config/sites/gcp";
export type { LocalSite } from "#model/config/sites/local";
export type { VagrantSite } from "#model/config/sites/vagrant";
export type { OpenstackSite } from "#model/config/sites/openstack";
export type { VsphereSite } from "#model/config/sites/vsphere";
export type { SiteConfig };

/** The configuration after validation and normalisation: what the rest of the program sees. Plain data. */
export type SettingValue = string | number | boolean | readonly SettingValue[] | { readonly [key: string]: SettingValue };

export interface FleetConfig {
  /** Store location as written; a relative path is taken from the project directory. Default `.imagefleet/store`. */
  readonly store: string;
  /** `allow` builds what is missing; `never` takes only what the store has. Default `allow`. */
  readonly build: "allow" | "never";
  /** Directory of the Packer templates, relative to the project. Default `packer`. */
  readonly templates: string;
  /** Fleet-wide variables: an image takes those that its facts and scripts declare. */
  readonly variables: Readonly<Record<string, SettingValue>>;
  /** Images by name, targets already expanded into children, in order of their names. */
  readonly images: Readonly<Record<string, ImageConfig>>;
  readonly sites: Readonly<Record<string, SiteConfig>>;
  /** All waivers, in the order of the configuration: `imagefleet:waivers[<index>]`. */
  readonly waivers: readonly Waiver[];
  readonly seal: SealConfig;
  /** By name, in an order in which a channel comes after those that it points at. */
  readonly channels: Readonly<Record<string, ChannelConfig>>;
  /** Who may approve a promotion, and where approvals lie. */
  readonly approvals: ApprovalConfig;
  /** Whose requests to publish this stack carries out. */
  readonly requests: RequestConfig;
  readonly revoked: Revocations;
  /** What becomes of releases that contain a revoked one: they are `named`, or `revoked` too. Default `named`. */
  readonly revokedChildren: "named" | "revoked";
  readonly hooks: readonly HookConfig[];
}

export interface ApprovalConfig {
  /** Directory of signed approvals, relative to the project. Default `approvals`. */
  readonly path: string;
  /** Files with the OpenPGP public keys of those who may approve. */
  readonly keys: readonly string[];
}

export interface RequestConfig {
  /** `<project>/<stack>` each. */
  readonly from: readonly string[];
  /** Files with the OpenPGP public keys that requests are signed with. */
  readonly keys: readonly string[];
}

export interface ImageConfig {
  readonly name: string;
  /** `<family>/<file>` under `packer/os`; exactly one of `os` and `parent` is set. */
  readonly os?: string;
  /** Name of the image that this one is layered on. */
  readonly parent?: string;
  /** Set on a child that was made for a target: `vagrant`, `azure`, ... */
  readonly target?: string;
  /** Names of scripts under `packer/scripts`, without `.sh`, run in this order after those of the OS. */
  readonly scripts: readonly string[];
  /** `YYYY-MM-DD` */
  readonly epoch: string;
  /** This image's own variables, over the fleet's; a target child's are those of the target only. */
  readonly variables: Readonly<Record<string, SettingValue>>;
  /** Names of environment variables handed to provisioners as secrets; their values are nowhere kept. */
  readonly secrets: readonly string[];
  /** Names of sites, groups expanded, sorted, without those that a target child takes. */
  readonly sites: readonly string[];
  /** Older releases kept registered besides the current one. Default 1. */
  readonly retain: number;
  /** Days for which a release stays after it was registered, whatever `retain` says. Default 0. */
  readonly keepFor: number;
  /** Hours from a release's build until every required site should have verified it. Default: no promise. */
  readonly distributeWithin?: number;
  /** Days after which a new epoch is proposed. Default: never. */
  readonly rebuildAfter?: number;
  readonly owner?: string;
  readonly team?: string;
  readonly resources: {
    /** Virtual CPUs of the build's guest. Default 2. */
    readonly cpus: number;
    /** Memory of the build's guest in MiB. Default: what the OS facts say. */
    readonly memory?: number;
    /** Longest time of one build in minutes, on KVM; TCG gets four times as much. Default 60. */
    readonly timeout: number;
  };
  /** What its releases must pass. */
  readonly gates: GatesConfig;
  /** Its own, expired ones included: the very objects of the fleet's list. */
  readonly waivers: readonly Waiver[];
}
