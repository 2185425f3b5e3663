import { join } from "node:path";

/** Password of the administrator whom the template's bootstrap made; not worth hiding: all of it is on loopback and thrown away. */
export const adminPassword = "password-of-admin";

/** Waiting in line for SQLite's write lock is normal, failing is not. */
const database = (file: string): string => `connection = sqlite:///${file}?timeout=120\nsqlite_synchronous = false`;

/** @param dir holds `keystone.db`, `fernet/` and `credential/`. */
export function keystoneConfiguration(dir: string, tokenSeconds = 3600): string {
  return `
[DEFAULT]
log_file = ${join(dir, "keystone.log")}
[database]
${database(join(dir, "keystone.db"))}
[fernet_tokens]
key_repository = ${join(dir, "fernet")}
[fernet_receipts]
key_repository = ${join(dir, "fernet")}
[credential]
key_repository = ${join(dir, "credential")}
[token]
expiration = ${tokenSeconds}
[cache]
enabled = true
backend = oslo_cache.dict
[identity]
password_hash_rounds = 4
`;
}

/** @param dir holds `glance.db`, `images/`, `staging/` and `tasks/`. */
export function glanceConfiguration(dir: string, keystone?: { readonly authUrl: string; readonly paste: string }): string {
  return `
[DEFAULT]
log_file = ${join(dir, "glance.log")}
enabled_backends = file:file
node_staging_uri = file://${join(dir, "staging")}
enabled_import_methods = [glance-direct,web-download]
[glance_store]
default_backend = file
[file]
filesystem_store_datadir = ${join(dir, "images")}
[os_glance_staging_store]
filesystem_store_datadir = ${join(dir, "staging")}
[os_glance_tasks_store]
filesystem_store_datadir = ${join(dir, "tasks")}
[database]
${database(join(dir, "glance.db"))}
[taskflow_executor]
engine_mode = serial
[import_filtering_opts]
allowed_schemes = [http]
allowed_hosts = [127.0.0.1]
allowed_ports = []
${keystone ? authentication(keystone) : ""}`;
}

function authentication({ authUrl, paste }: { readonly authUrl: string; readonly paste: string }): string {
  return `
[keystone_authtoken]
www_authenticate_uri = ${authUrl}
auth_url = ${authUrl}
auth_type = password
interface = public
username = admin
password = ${adminPassword}
project_name = admin
user_domain_id = default
project_domain_id = default
[paste_deploy]
flavor = keystone
config_file = ${paste}
`;
}
