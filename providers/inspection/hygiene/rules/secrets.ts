import { all, each, left, lines, saying } from "#providers/inspection/hygiene/look";
import type { Find, Rule } from "#providers/inspection/hygiene/rule";
import { matches, type SecretKind } from "#providers/inspection/hygiene/secret-patterns";

const source = "AWS: Guidelines for shared Linux AMIs";
const mend = "Remove it, hand it to machines at their first boot, and replace it: it must be taken for known.";

/** Secrets by their form, in any text file of configuration, homes and data. */
export const secretRules: readonly Rule[] = [
  {
    id: "hygiene/secret-private-key",
    title: "No private key in a file",
    why: "Whoever has the image has the key.",
    mend,
    severity: "critical",
    source,
    find: inFiles("private-key", "holds a private key"),
  },
  {
    id: "hygiene/secret-aws-key",
    title: "No AWS access key in a file",
    why: "Keys in public images are found and used within minutes.",
    mend,
    severity: "critical",
    source,
    find: inFiles("aws-key", "holds an AWS access key"),
  },
  {
    id: "hygiene/secret-token",
    title: "No access token in a file",
    why: "Whoever has the image acts in its owner's name.",
    mend,
    severity: "critical",
    source,
    find: inFiles("token", "holds an access token"),
  },
  {
    id: "hygiene/secret-in-address",
    title: "No password in an address",
    why: "Passwords of mirrors and proxies stay in the configuration that used them.",
    mend: "Use the service without a password during the build, or take the address out again in the clean-up.",
    severity: "high",
    source,
    find: inFiles("url-password", "holds an address with a password"),
  },
  {
    id: "hygiene/secret-hash",
    title: "No password hash outside of /etc/shadow",
    why: "It can be tried at leisure; answer files of installers and cloud-init configuration hold the passwords of users.",
    mend: "Remove the file in the clean-up, or the password from it.",
    severity: "high",
    source: "cloud-init: Set passwords; shadow(5)",
    find: inFiles("password-hash", "holds a password hash"),
  },
  {
    id: "hygiene/secret-in-environment",
    title: "No password in the environment",
    why: "Every process of the machine gets it.",
    mend,
    severity: "high",
    source,
    find: saying([
      "/etc/environment", "/etc/environment.d/*", "/etc/profile", "/etc/profile.d/*", "/etc/default/*", "/etc/sysconfig/*",
      "/etc/systemd/system.conf.d/*", "/etc/systemd/system/*", "/etc/systemd/system/*/*.conf", "~/.bashrc", "~/.profile", "~/.bash_profile",
      "~/.zshrc", "~/.env",
    ], /^(export\s+|Environment=["']?)?\w{0,64}(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY)\w{0,64}=["']?[^\s"'$%<][^\s"']{3,}/, "sets a password or token"),
  },
  {
    id: "hygiene/ssl-private-key",
    title: "No private key of a TLS certificate",
    why: "All machines of the image would share it, and whoever has the image reads their traffic.",
    mend: "Remove it in the clean-up; get or make certificates at the first boot.",
    severity: "high",
    source: "Debian: ssl-cert README",
    find: each([
      "/etc/ssl/private/**", "/etc/pki/tls/private/**", "/etc/letsencrypt/live/**", "/etc/letsencrypt/archive/**",
      "/etc/letsencrypt/accounts/**",
    ], async ({ path, type }, { text }) =>
      type === "file" && !path.endsWith("/ssl-cert-snakeoil.key") && (matches("private-key", await text(path)) || path.endsWith("/private_key.json")) ? "is a private key" : undefined),
  },
  {
    id: "hygiene/snakeoil-key",
    title: "No self-signed certificate of the builder",
    why: "The package ssl-cert makes its key when it is installed: all machines of the image have the same one.",
    mend: "Remove /etc/ssl/private/ssl-cert-snakeoil.key and its certificate; `make-ssl-cert generate-default-snakeoil` at the first boot.",
    severity: "high",
    source: "make-ssl-cert(8)",
    find: left("/etc/ssl/private/ssl-cert-snakeoil.key", "/etc/pki/tls/private/localhost.key"),
  },
  {
    id: "hygiene/network-secrets",
    title: "No passwords of networks",
    why: "Whoever has the image can join the builder's networks.",
    mend: "Remove the connection in the clean-up.",
    severity: "critical",
    source: "NetworkManager: nm-settings-keyfile(5)",
    find: all(
      saying([
        "/etc/NetworkManager/system-connections/*", "/etc/wpa_supplicant/*.conf", "/etc/wpa_supplicant.conf", "/etc/netplan/*",
      ], /^(psk|password|wep-key\d|private-key|secrets|leap-password)\s*[=:]\s*["']?\S/, "holds a password"),
      saying(["/etc/wireguard/*.conf", "/etc/systemd/network/*.netdev"], /^(PrivateKey|PresharedKey)\s*=\s*\S/, "holds a key"),
      lines(["/etc/ppp/chap-secrets", "/etc/ppp/pap-secrets", "/etc/ipsec.secrets"], (line) => (!/^include\b/.test(line) ? "holds a password" : undefined)),
    ),
  },
];

function inFiles(kind: SecretKind, problem: string): Find {
  return async (image) => (await image.secrets()).filter((secret) => secret.kind === kind).map(({ path }) => ({ place: path, problem }));
}
