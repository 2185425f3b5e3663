import { placeOf, type VcenterAddress } from "#providers/shared/vcenter/address";
import { seeCertificate } from "#providers/shared/vcenter/certificate";
import { Connection } from "#providers/shared/vcenter/connection";
import { libraryVerbs } from "#providers/shared/vcenter/libraries";
import { readLogin } from "#providers/shared/vcenter/login";
import { machineVerbs } from "#providers/shared/vcenter/machines";
import { isTrustFault, type Patience } from "#providers/shared/vcenter/send";
import { subscribedLibraryVerbs } from "#providers/shared/vcenter/subscribed-libraries";
import { trustedAgent } from "#providers/shared/vcenter/trust";
import type { VcenterClient } from "#providers/shared/vcenter/vcenter-client";
import { VcenterError } from "#providers/shared/vcenter/vcenter-error";

/**
 * Logs in to a vCenter, as whom the environment says.
 * @throws VcenterError naming the variables that are not set, or the fingerprint of a certificate that is not trusted.
 */
export async function openVcenter(address: VcenterAddress, patience?: Patience): Promise<VcenterClient> {
  const login = readLogin(address);
  const agent = await trustedAgent(address, patience?.connectMs);
  const connection = new Connection(address, { agent, login, ...(patience && { patience }) });
  try {
    await connection.open();
  } catch (error) {
    await connection.close();
    throw isTrustFault(error) ? await untrusted(address, error) : error;
  }
  return { where: connection.where, ...libraryVerbs(connection), ...subscribedLibraryVerbs(connection), ...machineVerbs(connection), close: () => connection.close() };
}

async function untrusted(address: VcenterAddress, error: unknown): Promise<unknown> {
  const { fingerprint, untrusted: why, otherName } = await seeCertificate(address);
  return new VcenterError({
    action: "trust the vCenter",
    place: placeOf(address),
    cause: `its certificate, with the SHA-256 fingerprint ${fingerprint}, is not trusted: ${otherName ?? why}`,
    hint: `if whoever runs the vCenter confirms it, pin it with \`thumbprint: ${fingerprint}\`; or add its authority to this machine's trusted ones`,
  }, undefined, { cause: error });
}
