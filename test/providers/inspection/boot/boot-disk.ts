import { FleetError } from "#model/errors";
import { Guest, type GuestOptions } from "#providers/inspection/boot/guest";

/**
 * Boots a disk and waits until it lets us in.
 * @throws FleetError with the last lines of the console when it does not within the time; the guest is then stopped.
 */
export async function bootDisk(options: GuestOptions & { readonly timeoutMs: number }): Promise<Guest> {
  const guest = await Guest.start(options);
  try {
    const refusal = await guest.refusal(options.timeoutMs);
    if (refusal === undefined) return guest;
    const console = (await guest.lastLines()).map((line) => `    ${line}`).join("\n");
    throw new FleetError({ action: options.purpose, place: options.disk.file, cause: `${refusal}\n  last lines of the guest's console:\n${console}` });
  } catch (error) {
    await guest.stop();
    throw error;
  }
}
