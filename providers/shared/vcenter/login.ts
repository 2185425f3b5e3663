import { credentialVariables } from "#model/vsphere";
import { placeOf, type VcenterAddress } from "#providers/shared/vcenter/address";
import { VcenterError } from "#providers/shared/vcenter/vcenter-error";

/** Who we are to a vCenter. Never logged, never in a state. */
export interface Login {
  readonly user: string;
  readonly password: string;
  /** Where they come from, for messages. */
  readonly variables: { readonly user: string; readonly password: string };
}

/** User and password of a vCenter, from the environment. @throws VcenterError naming both variables. */
export function readLogin(address: VcenterAddress, env: Readonly<Record<string, string | undefined>> = process.env): Login {
  const variables = credentialVariables(address);
  const [user, password] = [env[variables.user], env[variables.password]];
  if (user && password) return { user, password, variables };
  const missing = [!user && variables.user, !password && variables.password].filter(Boolean).join(" and ");
  throw new VcenterError({
    action: "log in",
    place: placeOf(address),
    cause: `${missing} ${missing.includes(" ") ? "are" : "is"} not set`,
    hint: `set ${variables.user} and ${variables.password} in the environment`,
  });
}
