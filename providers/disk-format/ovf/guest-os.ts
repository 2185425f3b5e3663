import type { BuildRecord } from "#model/release";

/** How a hypervisor is told which operating system it is to run. */
export interface GuestOs {
  /** OVF's `ovf:id`, from CIM_OperatingSystem. */
  readonly cim: number;
  /** vSphere's identifier, `vmw:osType`. */
  readonly vmware: string;
  readonly description: string;
}

type Os = NonNullable<BuildRecord["os"]>;

/** An identifier and the hardware version of the first vSphere that knows it: an older one refuses the import. */
type Identifier = readonly [id: string, since: number];

/** vSphere 5.0 is hardware version 8, 5.5 is 10, 6.0 is 11, 6.5 is 13, 6.7 is 14, 7.0 is 17, 7.0.1 is 18, 8.0 is 20. */
const kernels: readonly Identifier[] = [["other6xLinux64Guest", 20], ["other5xLinux64Guest", 18], ["other4xLinux64Guest", 14], ["other3xLinux64Guest", 10], ["other26xLinux64Guest", 0]];

interface Family {
  readonly name: string;
  readonly cim: number;
  /** Newest first. Of the image's own release or the newest before it, whichever the hardware version knows. */
  readonly releases: readonly (readonly [release: number, ...Identifier])[];
}

const redHat: Family["releases"] = [[9, "rhel9_64Guest", 18], [8, "rhel8_64Guest", 14], [7, "rhel7_64Guest", 10], [6, "rhel6_64Guest", 0]];
const centos: Family["releases"] = [[9, "centos9_64Guest", 18], [8, "centos8_64Guest", 14], [7, "centos7_64Guest", 13], [0, "centos64Guest", 0]];

const families: Readonly<Record<string, Family>> = {
  debian: {
    name: "Debian GNU/Linux", cim: 96,
    releases: [[12, "debian12_64Guest", 20], [11, "debian11_64Guest", 17], [10, "debian10_64Guest", 13], [9, "debian9_64Guest", 13], [8, "debian8_64Guest", 11], [7, "debian7_64Guest", 10], [6, "debian6_64Guest", 0]],
  },
  ubuntu: { name: "Ubuntu Linux", cim: 94, releases: [[0, "ubuntu64Guest", 0]] },
  rhel: { name: "Red Hat Enterprise Linux", cim: 80, releases: redHat },
  rocky: { name: "Rocky Linux", cim: 101, releases: [[0, "rockylinux_64Guest", 20], ...centos] },
  almalinux: { name: "AlmaLinux", cim: 101, releases: [[0, "almalinux_64Guest", 20], ...centos] },
  centos: { name: "CentOS", cim: 107, releases: centos },
  oracle: { name: "Oracle Linux", cim: 109, releases: [[9, "oracleLinux9_64Guest", 18], [8, "oracleLinux8_64Guest", 14], [7, "oracleLinux7_64Guest", 13], [0, "oracleLinux64Guest", 0]] },
  fedora: { name: "Fedora Linux", cim: 101, releases: [[0, "fedora64Guest", 9]] },
  sles: { name: "SUSE Linux Enterprise Server", cim: 85, releases: [[15, "sles15_64Guest", 14], [12, "sles12_64Guest", 10], [11, "sles11_64Guest", 0]] },
  opensuse: { name: "openSUSE", cim: 83, releases: [[0, "opensuse64Guest", 9]] },
};

/** Of an OS that nobody knows by name: a Linux of some kernel. */
const otherLinux = { name: "Linux", cim: 101 };

/** @returns the nearest identifier that the hardware version's vSphere knows. */
export function guestOs(os: Os | undefined, hardware: number): GuestOs {
  const family = os && families[os.family];
  const description = `${family?.name ?? otherLinux.name}${family ? ` ${os.release}` : ""} (64-bit)`;
  const own = family?.releases.find(([release, , since]) => release <= Math.floor(Number(os?.release)) && since <= hardware);
  return { cim: family?.cim ?? otherLinux.cim, vmware: own?.[1] ?? kernels.find(([, since]) => since <= hardware)![0], description };
}
