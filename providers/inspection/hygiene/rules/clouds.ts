import type { Finding } from "#providers/inspection/gate";
import { bootsFrom, datasources, hasAgent, lacksDrivers } from "#providers/inspection/hygiene/cloud-needs";
import type { Image } from "#providers/inspection/hygiene/image";
import { bootLines } from "#providers/inspection/hygiene/kernel-arguments";
import { lines } from "#providers/inspection/hygiene/look";
import { says } from "#providers/inspection/hygiene/rules/sshd";
import type { Rule } from "#providers/inspection/hygiene/rule";
import { sshdSettings } from "#providers/inspection/hygiene/sshd-settings";

const azure = "Azure: Prepare a Linux VHD; Linux on Azure certification";
const aws = "AWS: Requirements for EC2 images; AWS Marketplace AMI policies";
const gcp = "GCP: Requirements to build custom images; Configure imported images";

/** What clouds ask of images that are made for them. */
export const cloudRules: readonly Rule[] = [
  {
    id: "hygiene/azure-client-alive",
    title: "Azure: sshd asks idle clients",
    why: "Azure's load balancers drop idle connections after four minutes; certification asks for it.",
    mend: "Write `ClientAliveInterval 180` (1 to 235) to /etc/ssh/sshd_config.d.",
    severity: "medium",
    source: azure,
    targets: ["azure"],
    find: async (image) => {
      const setting = (await sshdSettings(image)).get("clientaliveinterval");
      const seconds = Number(setting?.value ?? 0);
      if (seconds >= 1 && seconds <= 235) return [];
      return [{ place: setting?.place ?? "/etc/ssh/sshd_config", problem: setting ? `ClientAliveInterval is ${setting.value}` : "does not set ClientAliveInterval" }];
    },
  },
  {
    id: "hygiene/azure-swap",
    title: "Azure: no swap on the disk of the system",
    why: "It wears the paid disk; the local resource disk is for that, set up by the agent or cloud-init.",
    mend: "Remove swap from /etc/fstab, and the area or file itself.",
    severity: "high",
    source: azure,
    targets: ["azure"],
    find: lines(["/etc/fstab"], (line) => (line.split(/\s+/)[2] === "swap" ? "mounts swap" : undefined)),
  },
  {
    id: "hygiene/azure-agent",
    title: "Azure: cloud-init or the agent sets machines up",
    why: "Without one the machine never reports that it is ready, and is given up after 40 minutes.",
    mend: "Install cloud-init with Azure in its `datasource_list`, or walinuxagent.",
    severity: "high",
    source: azure,
    targets: ["azure"],
    find: (image) => agent(image, "Azure", ["/usr/sbin/waagent", "/usr/bin/waagent", "/usr/sbin/waagent2.0"]),
  },
  {
    id: "hygiene/azure-console",
    title: "Azure: the kernel talks to ttyS0",
    why: "Without it there are no boot diagnostics and no serial console.",
    mend: "Add `console=ttyS0,115200n8` to the kernel's command line.",
    severity: "medium",
    source: azure,
    targets: ["azure"],
    find: (image) => serialConsole(image),
  },
  {
    id: "hygiene/azure-drivers",
    title: "Azure: the initrd has Hyper-V's drivers",
    why: "Without them the root file system is not found.",
    mend: "Add hv_vmbus and hv_storvsc to the initrd's modules and make it again.",
    severity: "high",
    source: azure,
    targets: ["azure"],
    find: (image) => lacksDrivers(image, ["hv_vmbus", "hv_storvsc"]),
  },
  {
    id: "hygiene/aws-root-login",
    title: "AWS: root does not log in by password",
    why: "AWS asks it of shared images: `PermitRootLogin without-password` or stricter.",
    mend: "Remove `PermitRootLogin yes`, or write prohibit-password.",
    severity: "high",
    source: aws,
    targets: ["aws"],
    find: says("permitrootlogin", /^yes$/i, "is yes, which AWS refuses"),
  },
  {
    id: "hygiene/aws-agent",
    title: "AWS: cloud-init sets machines up",
    why: "Nobody could log in: the key pair comes by the metadata service.",
    mend: "Install cloud-init with Ec2 in its `datasource_list`.",
    severity: "high",
    source: aws,
    targets: ["aws"],
    find: (image) => agent(image, "Ec2", []),
  },
  {
    id: "hygiene/aws-drivers",
    title: "AWS: the initrd has NVMe's driver, the kernel ENA's",
    why: "Nitro machines have no other disks and networks.",
    mend: "Add nvme to the initrd's modules; install a kernel with ena.",
    severity: "high",
    source: "AWS: Enhanced networking (ENA); NVMe on Linux instances",
    targets: ["aws"],
    find: async (image) => [...(await lacksDrivers(image, ["nvme"])), ...(await lacksDrivers(image, ["ena"], "kernel"))],
  },
  {
    id: "hygiene/gcp-agent",
    title: "GCP: the guest agent or cloud-init sets machines up",
    why: "Nobody could log in: keys come by the metadata service.",
    mend: "Install google-guest-agent, or cloud-init with GCE in its `datasource_list`.",
    severity: "high",
    source: gcp,
    targets: ["gcp"],
    find: (image) => agent(image, "GCE", ["/usr/bin/google_guest_agent", "/usr/bin/google_guest_agent_manager", "/usr/bin/google_accounts_daemon"]),
  },
  {
    id: "hygiene/gcp-drivers",
    title: "GCP: the initrd has VirtIO's SCSI driver, the kernel its network's",
    why: "Disks of Compute Engine are VirtIO SCSI; without it the root file system is not found.",
    mend: "Add virtio_scsi and virtio_pci to the initrd's modules and make it again.",
    severity: "high",
    source: gcp,
    targets: ["gcp"],
    find: async (image) => [...(await lacksDrivers(image, ["virtio_scsi", "virtio_pci"])), ...(await lacksDrivers(image, ["virtio_net"], "kernel"))],
  },
  {
    id: "hygiene/gcp-mtu",
    title: "GCP: the MTU is left to DHCP",
    why: "Networks there have 1460 bytes or another size of their own: larger packets are lost.",
    mend: "Remove the MTU from the network's configuration.",
    severity: "medium",
    source: "GCP: Maximum transmission unit",
    targets: ["gcp"],
    find: lines([
      "/etc/network/interfaces", "/etc/network/interfaces.d/*", "/etc/systemd/network/*", "/etc/netplan/*",
      "/etc/sysconfig/network-scripts/ifcfg-*", "/etc/NetworkManager/system-connections/*", "/etc/dhcp/dhclient.conf",
    ], (line) =>
      /^(mtu|MTUBytes|MTU)\s*[=: ]\s*["']?\d|interface-mtu\s+\d/i.test(line) && !/^mtu\s*=\s*0$/i.test(line) ? "sets an MTU" : undefined),
  },
  {
    id: "hygiene/openstack-agent",
    title: "OpenStack: cloud-init sets machines up",
    why: "Nobody could log in: keys come by the metadata service or the config drive.",
    mend: "Install cloud-init with OpenStack and ConfigDrive in its `datasource_list`.",
    severity: "high",
    source: "OpenStack: Virtual Machine Image Guide, image requirements",
    targets: ["openstack"],
    find: (image) => agent(image, "OpenStack", ["/usr/bin/ignition", "/usr/lib/dracut/modules.d/30ignition/ignition"]),
  },
  {
    id: "hygiene/vsphere-agent",
    title: "vSphere: VMware Tools or cloud-init sets machines up",
    why: "Customisation, addresses and clean shutdowns go through the tools.",
    mend: "Install open-vm-tools, or cloud-init with VMware in its `datasource_list`.",
    severity: "medium",
    source: "VMware: Guest OS customization requirements",
    targets: ["vsphere"],
    find: (image) => agent(image, "VMware", ["/usr/bin/vmtoolsd"]),
  },
  {
    id: "hygiene/container-payload",
    title: "Container: no kernel",
    why: "A container never boots it: it makes each download larger.",
    mend: "Remove the kernel and the initrd in the child's script.",
    severity: "info",
    source: "OCI image specification",
    targets: ["container"],
    find: (image) => bootsFrom(image).map((place) => ({ place, problem: "is of no use in a container" })),
  },
];

async function agent(image: Image, datasource: string, programs: readonly string[]): Promise<Finding[]> {
  if (programs.some((path) => image.tree.resolve(path))) return [];
  if (!hasAgent(image)) return [{ place: "/usr/bin/cloud-init", problem: "nothing sets machines up: there is neither cloud-init nor an agent" }];
  const named = await datasources(image);
  return named === undefined || named.names.includes(datasource) ? [] : [{ place: named.place, problem: `datasource_list leaves ${datasource} out` }];
}

async function serialConsole(image: Image): Promise<Finding[]> {
  const booted = await bootLines(image);
  return booted.filter(({ words }) => !words.some((word) => /^console=ttyS0\b/.test(word))).slice(0, 1).map(({ place }) => ({ place, problem: "has no console=ttyS0" }));
}
