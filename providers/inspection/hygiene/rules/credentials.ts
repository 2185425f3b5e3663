import { filled, texts } from "#providers/inspection/hygiene/look";
import type { Find, Rule } from "#providers/inspection/hygiene/rule";

const why = "Whoever has the image acts in the builder's name there.";
const source = "AWS: Guidelines for shared Linux AMIs";

/** Programs' own files of credentials, by their place. */
export const credentialRules: readonly Rule[] = [
  kept("netrc", "No passwords for hosts in .netrc", "~/.netrc", filled("~/.netrc", "~/_netrc", "~/.config/curl/netrc")),
  kept("aws-credentials", "No credentials of AWS", "~/.aws", filled("~/.aws/credentials", "~/.aws/cli/cache/*", "~/.aws/sso/cache/*", "~/.s3cfg", "~/.boto")),
  kept("google-credentials", "No credentials of Google Cloud", "~/.config/gcloud", filled(
    "~/.config/gcloud/credentials.db", "~/.config/gcloud/access_tokens.db", "~/.config/gcloud/application_default_credentials.json",
    "~/.config/gcloud/legacy_credentials/**",
  )),
  kept("azure-credentials", "No credentials of Azure", "~/.azure", filled("~/.azure/msal_token_cache.*", "~/.azure/accessTokens.json", "~/.azure/service_principal_entries.*")),
  kept("openstack-credentials", "No credentials of OpenStack", "~/.config/openstack", filled(
    "~/.config/openstack/clouds.yaml", "~/.config/openstack/secure.yaml", "/etc/openstack/clouds.yaml", "/etc/openstack/secure.yaml",
    "~/*openrc", "~/*openrc.sh",
  )),
  kept(
    "registry-credentials",
    "No credentials of container registries",
    "~/.docker/config.json",
    texts([
      "~/.docker/config.json", "~/.config/containers/auth.json", "/run/containers/*/auth.json", "/etc/containers/auth.json",
      "~/.config/helm/registry/config.json",
    ], (text) => (/"(auth|identitytoken|password)"\s*:\s*"[^"]+"/.test(text) ? "holds a login" : undefined)),
  ),
  kept(
    "kubernetes-credentials",
    "No credentials of Kubernetes",
    "~/.kube/config",
    filled(
      "~/.kube/config", "/etc/kubernetes/*.conf", "/etc/kubernetes/pki/*.key", "/etc/rancher/k3s/k3s.yaml", "/var/lib/kubelet/kubeconfig",
      "/var/lib/kubelet/pki/*.pem", "/var/lib/rancher/k3s/server/token",
    ),
  ),
  kept("git-credentials", "No credentials of Git hosts", "~/.git-credentials", filled(
    "~/.git-credentials", "~/.config/git/credentials", "~/.config/gh/hosts.yml", "~/.config/glab-cli/config.yml",
  )),
  kept("database-credentials", "No passwords of databases", "~/.pgpass or ~/.my.cnf", filled("~/.pgpass", "~/.my.cnf", "~/.mylogin.cnf", "~/.mongorc.js")),
  kept("gnupg-private-keys", "No private keys of GnuPG", "~/.gnupg/private-keys-v1.d", filled("~/.gnupg/private-keys-v1.d/*", "~/.gnupg/secring.gpg")),
  kept("vault-token", "No tokens of Vault, Terraform or Pulumi", "~/.vault-token", filled(
    "~/.vault-token", "~/.terraform.d/credentials.tfrc.json", "~/.terraformrc", "~/.pulumi/credentials.json",
  )),
  kept(
    "package-registry-token",
    "No tokens of package registries",
    "~/.npmrc, ~/.pypirc, ...",
    texts([
      "~/.npmrc", "/etc/npmrc", "~/.pypirc", "~/.cargo/credentials.toml", "~/.gem/credentials", "~/.m2/settings.xml", "~/.composer/auth.json",
      "/etc/apt/auth.conf", "/etc/apt/auth.conf.d/*",
    ], (text) =>
      /(_authToken|_auth|_password|password|token|rubygems_api_key|http-basic)["'>]?\s*[=:>\s]\s*\S/i.test(text) ? "holds a login" : undefined),
  ),
  kept("rclone-credentials", "No credentials of file services", "the file", filled(
    "~/.config/rclone/rclone.conf", "~/.smbcredentials", "/etc/cifs-credentials*", "/etc/samba/credentials*", "/etc/davfs2/secrets.d/*",
    "/etc/passwd-s3fs", "~/.passwd-s3fs",
  )),
];

function kept(name: string, title: string, what: string, find: Find): Rule {
  const mend = `Remove ${what} in the clean-up, and replace what it held: it must be taken for known.`;
  return { id: `hygiene/${name}`, title, why, mend, severity: "critical", source, find };
}
