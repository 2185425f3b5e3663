import type { Severity } from "#model/severity";

/** Disk buses that the boot gate knows how to attach a disk to. */
export const diskBuses = ["virtio", "scsi", "sata", "nvme"] as const;

export type DiskBus = (typeof diskBuses)[number];

/** What a release must pass, after defaults: the fleet's `gates` with the image's over them. */
export interface GatesConfig {
  readonly boot: {
    /** Buses that the disk is booted on, once each per firmware. Default [virtio]. */
    readonly buses: readonly DiskBus[];
    /** Longest time from power-on to a finished cloud-init, in minutes on KVM; TCG gets four times as much. Default 5. */
    readonly timeout: number;
    /** Words that the kernel command line must have. Default none. */
    readonly kernelArguments: readonly string[];
    /** Least network throughput from guest to host in Mbit/s by iperf3; 0 leaves the measurement out. Default 0. */
    readonly throughput: number;
    /** What the disk is enlarged by before its boot, in GiB; its root file system must follow. 0 leaves it. Default 1. */
    readonly grow: number;
    /** Units that may be failed after the boot. Default none. */
    readonly allowFailedUnits: readonly string[];
  };
  readonly hygiene: {
    /** The mildest finding that fails. Default low. */
    readonly failOn: Severity;
  };
  /** Absent: no compliance scan. */
  readonly compliance?: {
    /** SCAP data stream on the builder: `/usr/share/xml/scap/ssg/content/ssg-debian12-ds.xml`. */
    readonly content: string;
    readonly profile: string;
    /** Rule ids that may fail. */
    readonly allow: readonly string[];
    readonly failOn: Severity;
  };
  /** By name: programs that read a root file system and report vulnerabilities as JSON. */
  readonly scanners: Readonly<Record<string, ScannerConfig>>;
}

export interface ScannerConfig {
  /** Program and arguments; `{root}` is the directory of the root file system, `{sbom}` the CycloneDX file, `{output}` where the report goes (else standard output). */
  readonly command: readonly string[];
  /** What the report is: trivy's or grype's JSON, or SARIF. */
  readonly report: "trivy" | "grype" | "sarif";
  readonly failOn: Severity;
  /** Oldest vulnerability data that is accepted, in days. Absent: not checked. */
  readonly maxDataAge?: number;
  /** Prints JSON with the date of the data (`trivy version --format json`, `grype db status -o json`). Wanted with `maxDataAge`. */
  readonly dataAge?: readonly string[];
}

/** A finding that is accepted for a time. */
export interface Waiver {
  /** Rule id, such as `hygiene/password-hash`; `*` at its end stands for any rest. */
  readonly rule: string;
  /** Image name. */
  readonly image: string;
  readonly reason: string;
  /** `YYYY-MM-DD`: the last day on which it counts, UTC. */
  readonly expires: string;
  /** Only findings at this place (a path, a package, a CVE id); absent: any. */
  readonly place?: string;
}

/** How releases are signed, and whose signatures are trusted. */
export interface SealConfig {
  /** File with the armored private key, relative to the project. IMAGEFLEET_SIGNING_KEY (the key) and IMAGEFLEET_SIGNING_KEY_FILE come first. */
  readonly key?: string;
  /** Make an ed25519 key where there is none, at `key` or where IMAGEFLEET_SIGNING_KEY_FILE says: for trying things out. Default false. */
  readonly createKey: boolean;
  /** Files with armored public keys whose seals are accepted besides the signing key's own. */
  readonly trust: readonly string[];
}
