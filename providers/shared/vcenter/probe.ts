import type { VcenterAddress } from "#providers/shared/vcenter/address";
import { openVcenter } from "#providers/shared/vcenter/open-vcenter";

/** A probe is to end soon: one more attempt, and no long wait. */
const impatient = { connectMs: 4_000, answerMs: 8_000, retries: 1 };

/**
 * Finds out whether a vCenter can be worked with now: its name, its certificate, our login.
 * @throws VcenterError that says which of them it is.
 */
export async function probeVcenter(address: VcenterAddress): Promise<void> {
  const client = await openVcenter(address, impatient);
  await client.close();
}
