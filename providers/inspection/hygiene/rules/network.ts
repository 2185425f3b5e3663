import { all, each, left, lines, saying, texts } from "#providers/inspection/hygiene/look";
import type { Rule } from "#providers/inspection/hygiene/rule";

const mac = /\b(?!00:00:00:00:00:00|ff:ff:ff:ff:ff:ff)(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/i;
const own = /^(127\.|::1$|fe00::|fe80::|ff0[0-9a-f]::|255\.255\.255\.255$|0\.0\.0\.0$|169\.254\.169\.25[34]$)/;
const loopback = /^(127\.|::1\b)/;

/** What ties an image to the network that it was built in. */
export const networkRules: readonly Rule[] = [
  {
    id: "hygiene/persistent-net-rules",
    title: "No names of network interfaces by their MAC address",
    why: "On another machine eth0 becomes eth1, and stays without a network.",
    mend: "Remove /etc/udev/rules.d/70-persistent-net.rules and its like in the clean-up.",
    severity: "high",
    source: "Azure: Prepare a Linux VHD; Red Hat: Customizing cloud images",
    find: left("/etc/udev/rules.d/*persistent-net*", "/etc/udev/rules.d/*persistent-cd*"),
  },
  {
    id: "hygiene/mac-address",
    title: "No MAC address in the network's configuration",
    why: "It matches the build's machine alone: others stay without a network.",
    mend: "Match interfaces by name or driver (`Name=e*`), and remove HWADDR, macaddress and MACAddress.",
    severity: "high",
    source: "Red Hat: Customizing cloud images; Azure: Prepare a Linux VHD",
    find: lines([
      "/etc/netplan/*", "/etc/systemd/network/*", "/etc/systemd/network/*/*.conf", "/etc/network/interfaces", "/etc/network/interfaces.d/*",
      "/etc/sysconfig/network-scripts/ifcfg-*", "/etc/sysconfig/network/ifcfg-*", "/etc/NetworkManager/system-connections/*",
      "/etc/NetworkManager/conf.d/*", "/etc/udev/rules.d/*",
    ], (line, { path }) =>
      mac.test(line) && !path.includes("persistent-net") ? "names a MAC address" : undefined),
  },
  {
    id: "hygiene/interface-uuid",
    title: "No ids of the builder's interfaces and leases",
    why: "Two machines with one DHCP client id get one address.",
    mend: "Remove UUID, DUID and client ids from the interfaces' files in the clean-up; /var/lib/dhcpcd/duid and /etc/dhcpcd.duid too.",
    severity: "low",
    source: "Red Hat: Customizing cloud images",
    find: all(
      saying(["/etc/sysconfig/network-scripts/ifcfg-*"], /^(UUID|DHCP_CLIENT_ID)\s*=\s*\S/, "has an id"),
      left("/etc/dhcpcd.duid", "/etc/dhcpcd.secret"),
    ),
  },
  {
    id: "hygiene/resolv-conf",
    title: "No name server of the builder",
    why: "It tells the builder's network; where it is used, machines cannot resolve names, or ask whoever has that address now.",
    mend: "Link /etc/resolv.conf to /run in the build; remove the copies that systemd-resolved and resolvconf made of it.",
    severity: "medium",
    source: "Azure: Prepare a Linux VHD; resolv.conf(5)",
    find: lines([
      "/etc/resolv.conf", "/etc/.resolv.conf.*", "/etc/resolv.conf.*", "/etc/resolv.conf-*", "/etc/resolvconf/resolv.conf.d/*",
      "/run/systemd/resolve/*resolv.conf", "/etc/systemd/resolved.conf", "/etc/systemd/resolved.conf.d/*",
    ], (line) => {
      const [, key = "", value = ""] = /^(nameserver|search|domain|DNS|Domains)[\s=]+(.+)$/.exec(line) ?? [];
      if (/^(nameserver|DNS)$/.test(key)) return loopback.test(value) ? undefined : "names a name server";
      return /^(search|domain|Domains)$/.test(key) && value !== "." ? "names a search domain" : undefined;
    }),
  },
  {
    id: "hygiene/hosts",
    title: "/etc/hosts names this machine only",
    why: "An address of the build's network is another's elsewhere, and what is sent to that name goes there.",
    mend: "Remove the lines from /etc/hosts in the clean-up. One that is meant: waive this rule.",
    severity: "medium",
    source: "hosts(5)",
    find: lines(["/etc/hosts"], (line) => {
      const address = line.split(/\s+/)[0]!;
      return /^[\d.]+$|:/.test(address) && !own.test(address) ? `names ${address}` : undefined;
    }),
  },
  {
    id: "hygiene/static-address",
    title: "No address is fixed",
    why: "All machines of the image take the one address.",
    mend: "Use DHCP in the image; addresses come with the machine's own network data.",
    severity: "high",
    source: "Azure: Prepare a Linux VHD; GCP: Requirements to build custom images",
    find: all(
      saying(["/etc/network/interfaces", "/etc/network/interfaces.d/*"], /^iface\s+\S+\s+inet6?\s+static\b/, "sets an address"),
      saying(["/etc/systemd/network/*.network"], /^Address\s*=\s*(?!127\.|::1)[\da-f]/i, "sets an address"),
      texts(["/etc/netplan/*"], (text) => (/^[ \t]*addresses[ \t]*:[ \t]*(\[[ \t]*["']?[\da-f]|\n[ \t]*-[ \t]*["']?[\da-f.:]+\/\d)/im.test(text) ? "sets an address" : undefined)),
      each(["/etc/sysconfig/network-scripts/ifcfg-*"], async ({ path }, image) => (!path.endsWith("ifcfg-lo") && /^IPADDR\d*\s*=/m.test(await image.text(path)) ? "sets an address" : undefined)),
      saying(["/etc/NetworkManager/system-connections/*"], /^address\d+\s*=\s*[\da-f]/i, "sets an address"),
    ),
  },
];
