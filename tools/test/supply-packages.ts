import { installCommand, installPackages, missingTestPackages, privilege } from "../setup/system-packages.ts";

/** Installs the programs that tests compare our output with, where that is allowed; tests skip, by name, what is not there. */
export async function supplyTestPackages(log: (line: string) => void): Promise<void> {
  const names = missingTestPackages();
  if (names.length === 0) return;
  const prefix = await privilege();
  if (!prefix) return log(`[test] some tests are skipped for want of packages; to run them: ${installCommand(names)}`);
  await installPackages(names, prefix, log).catch((error: Error) => log(`[test] some tests are skipped for want of packages: ${error.message}`));
}
