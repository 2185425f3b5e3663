import { X509Certificate } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { placeOf, type VcenterAddress } from "#providers/shared/vcenter/address";
import { pinnedCertificate } from "#providers/shared/vcenter/trust";
import { VcenterError } from "#providers/shared/vcenter/vcenter-error";
import { workDir } from "#providers/shared/project";

/**
 * Writes the certificate of a pinned vCenter, once seen there and its fingerprint found right, to
 * `.imagefleet/trust/<fingerprint>.pem`: as SSL_CERT_FILE it is what a program written in Go trusts.
 * Such a program also wants the name in it, and today's date.
 * @returns the file's absolute path; undefined where no certificate is pinned.
 * @throws VcenterError
 */
export async function trustFile(address: VcenterAddress): Promise<string | undefined> {
  if (address.thumbprint === undefined) return undefined;
  const { pem, otherName, validTo } = await pinnedCertificate(address);
  const fault = otherName ?? (new X509Certificate(pem).validToDate < new Date() ? `it ended on ${validTo}` : undefined);
  if (fault !== undefined) {
    throw new VcenterError({
      action: "trust the vCenter",
      place: placeOf(address),
      cause: `its certificate is the pinned one, and of no use to the vSphere provider: ${fault}`,
      hint: "use a name in `server` that the certificate is for, or have it renewed",
    });
  }
  const dir = join(workDir(), "trust");
  const path = join(dir, `${address.thumbprint}.pem`);
  await mkdir(dir, { recursive: true });
  await writeFile(`${path}.${process.pid}`, pem);
  await rename(`${path}.${process.pid}`, path); // in one step: another run may be reading it
  return path;
}
