import { awsKey, hash, more, privateKey, publicKey, seeds, token, type Seed } from "../seed.ts";

const root = (path: string, content: string) => ({ [`/root/${path}`]: { content, mode: 0o600 } });

export const credentialSeeds: readonly Seed[] = [
  ...seeds("netrc", root(".netrc", "machine a login b password c\n")),
  ...seeds("aws-credentials", root(".aws/credentials", "[default]\n"), root(".s3cfg", "[default]\n")),
  ...seeds("google-credentials", root(".config/gcloud/application_default_credentials.json", "{}"), root(".config/gcloud/legacy_credentials/a/adc.json", "{}")),
  ...seeds("azure-credentials", root(".azure/msal_token_cache.json", "{}")),
  ...seeds("openstack-credentials", root(".config/openstack/clouds.yaml", "clouds:\n"), root("admin-openrc.sh", "export OS_USERNAME=a\n")),
  ...seeds("registry-credentials", root(".docker/config.json", '{"auths":{"registry.example.com":{"auth":"YTpi"}}}')),
  ...seeds("kubernetes-credentials", root(".kube/config", "apiVersion: v1\n"), { "/etc/kubernetes/admin.conf": "apiVersion: v1\n" }),
  ...seeds("git-credentials", root(".git-credentials", "https://a:b@example.com\n"), root(".config/gh/hosts.yml", "github.com:\n")),
  ...seeds("database-credentials", root(".pgpass", "*:*:*:a:b\n"), root(".my.cnf", "[client]\n")),
  ...seeds("gnupg-private-keys", root(".gnupg/private-keys-v1.d/0123.key", "key")),
  ...seeds("vault-token", root(".vault-token", "s.x"), root(".pulumi/credentials.json", "{}")),
  ...seeds("package-registry-token", root(".npmrc", "//registry.example.com/:_authToken=abc\n"), { "/etc/apt/auth.conf.d/x.conf": "machine a login b password c\n" }),
  ...seeds("rclone-credentials", root(".config/rclone/rclone.conf", "[a]\n"), { "/etc/samba/credentials": { content: "username=a\n", mode: 0o600 } }),
];

export const secretSeeds: readonly Seed[] = [
  ...seeds("secret-private-key", { "/opt/app/key.pem": privateKey }, { "/etc/app.conf": `x: 1\n${privateKey}` }, { "/var/lib/app/state": privateKey.replaceAll("\n", "\r\n") }),
  ...seeds("secret-aws-key", { "/etc/app.conf": `aws_access_key_id = ${awsKey}\n` }, { "/usr/local/bin/backup": `#!/bin/sh\n# ${awsKey}\n` }),
  ...seeds("secret-token", { "/etc/app.conf": `token: ${token}\n` }, { "/srv/app/.env": `A="${["eyJ0eXAiOiJKV1QiLCJh", "eyJzdWIiOiJhYmNkZWZnaGlq", "abcdefghijklmnopqrst"].join(".")}"\n` }, { "/root/notes": "Authorization: Bearer abcdefghij.klmnopqrstuv\n" }),
  ...seeds("secret-in-address", { "/etc/app.conf": "db: postgres://app:hunter22@db.example.com/app\n" }, { "/opt/app/.git/config": "url = https://bot:s3cr3t@git.example.com/a\n" }),
  ...seeds("secret-hash", { "/etc/app/users": `admin:${hash}\n` }, { "/opt/preseed.cfg": `d-i passwd/root-password-crypted password ${hash}\n` }),
  ...seeds("secret-in-environment", more("/etc/environment", "DB_PASSWORD=hunter22\n"), { "/etc/profile.d/x.sh": "export API_KEY='abcd1234'\n" }, { "/etc/systemd/system/app.service": "[Service]\nEnvironment=APP_TOKEN=abcdef\n" }),
  ...seeds("ssl-private-key", { "/etc/ssl/private/site.key": privateKey }, { "/etc/letsencrypt/live/a/privkey.pem": privateKey }),
  ...seeds("snakeoil-key", { "/etc/ssl/private/ssl-cert-snakeoil.key": { content: privateKey, mode: 0o640 } }),
  ...seeds("network-secrets", { "/etc/NetworkManager/system-connections/office.nmconnection": { content: "[wifi-security]\npsk=hunter22\n", mode: 0o600 } }, { "/etc/wireguard/wg0.conf": "[Interface]\nPrivateKey = abc=\n" }, {
    "/etc/ppp/chap-secrets": '# Secrets\n"a" * "b"\n',
  }),
];

const deleted = (rule: string, ...texts: string[]): Seed[] => texts.map((free) => ({ finds: [rule], plant: {}, free }));

export const freeBlockSeeds: readonly Seed[] = [
  ...deleted("free-private-key", privateKey, `\0\0${privateKey}\0`),
  ...deleted("free-aws-key", `key ${awsKey}\n`),
  ...deleted("free-token", `token ${token}\n`),
  ...deleted("free-password-hash", `root:${hash}:20000:0:99999:7:::\n`),
  ...deleted("free-authorized-key", publicKey),
  ...deleted("free-user-data", "#cloud-config\nhostname: a\nchpasswd:\n  expire: false\n"),
];

export const historySeeds: readonly Seed[] = [
  ...seeds("shell-history", root(".bash_history", "ls\n"), root(".zsh_history", "ls\n"), root(".ash_history", "ls\n")),
  ...seeds("program-history", root(".python_history", "1\n"), root(".lesshst", ".x\n"), root(".viminfo", "#\n"), root(".mysql_history", "x\n")),
  ...seeds("download-history", root(".wget-hsts", "# x\n")),
  ...seeds("editor-leftovers", { "/etc/passwd~": "" }, { "/etc/ssh/.sshd_config.swp": "" }, root("notes~", "")),
  ...seeds("home-cache", root(".cache/app/a", "x")),
  ...seeds("mail", { "/var/mail/root": "From a\n" }, root("dead.letter", "x")),
];
