import type { Rule } from "#providers/inspection/hygiene/rule";
import { accountRules } from "#providers/inspection/hygiene/rules/accounts";
import { bootRules } from "#providers/inspection/hygiene/rules/boot";
import { certificateRules } from "#providers/inspection/hygiene/rules/certificates";
import { cloudInitRules } from "#providers/inspection/hygiene/rules/cloud-init";
import { cloudRules } from "#providers/inspection/hygiene/rules/clouds";
import { credentialRules } from "#providers/inspection/hygiene/rules/credentials";
import { diskRules } from "#providers/inspection/hygiene/rules/disks";
import { freeBlockRules } from "#providers/inspection/hygiene/rules/free-blocks";
import { historyRules } from "#providers/inspection/hygiene/rules/histories";
import { identityRules } from "#providers/inspection/hygiene/rules/identity";
import { logRules } from "#providers/inspection/hygiene/rules/logs";
import { loginRules } from "#providers/inspection/hygiene/rules/logins";
import { networkRules } from "#providers/inspection/hygiene/rules/network";
import { packageRules } from "#providers/inspection/hygiene/rules/packages";
import { permissionRules } from "#providers/inspection/hygiene/rules/permissions";
import { secretRules } from "#providers/inspection/hygiene/rules/secrets";
import { sshdRules } from "#providers/inspection/hygiene/rules/sshd";
import { sudoRules } from "#providers/inspection/hygiene/rules/sudo";
import { temporaryRules } from "#providers/inspection/hygiene/rules/temporary";
import { vagrantRules } from "#providers/inspection/hygiene/rules/vagrant";

/** Rules by theme, in the order of the evidence and the reference. */
export const themes: Readonly<Record<string, readonly Rule[]>> = {
  "Identity of a machine": identityRules,
  Logins: loginRules,
  Accounts: accountRules,
  Sudo: sudoRules,
  "SSH server": sshdRules,
  "Programs' credentials": credentialRules,
  "Secrets in files": secretRules,
  "Deleted data": freeBlockRules,
  Histories: historyRules,
  "cloud-init": cloudInitRules,
  "Logs and leases": logRules,
  "Package manager": packageRules,
  Network: networkRules,
  "Temporary files": temporaryRules,
  Permissions: permissionRules,
  Certificates: certificateRules,
  Disks: diskRules,
  Boot: bootRules,
  Clouds: cloudRules,
  Vagrant: vagrantRules,
};

export const rules: readonly Rule[] = Object.values(themes).flat();
