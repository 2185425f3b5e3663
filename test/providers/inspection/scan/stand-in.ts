import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { vi } from "vitest";

/**
 * Puts executables in front of the PATH that speak like trivy and grype, and find what is there: a package `leaky` in the dpkg
 * database below the root that they are given, or in the SBOM. `vi.unstubAllEnvs()` takes them away.
 */
export async function installStandIns(dir: string, dataDate: Date): Promise<void> {
  const bin = join(dir, "bin");
  await mkdir(bin);
  const programs = { trivy: trivy(dataDate.toISOString()), grype: grype(dataDate.toISOString()) };
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(bin, name), text);
    await chmod(join(bin, name), 0o755);
  }
  vi.stubEnv("PATH", `${bin}${delimiter}${process.env["PATH"]}`);
}

function trivy(date: string): string {
  return `#!/bin/sh
set -eu
if [ "$1" = version ]; then
  echo '{"Version": "0.70.0", "VulnerabilityDB": {"Version": 2, "UpdatedAt": "${date}"}}'
  exit 0
fi
# rootfs --output FILE ROOT
version=$(sed -n '/^Package: leaky$/,/^$/s/^Version: //p' "$4/var/lib/dpkg/status")
found=
if [ "$version" = 1.0 ]; then
  found='{"VulnerabilityID": "CVE-2026-0001", "PkgName": "leaky", "InstalledVersion": "1.0", "FixedVersion": "1.1", "Severity": "HIGH", "Title": "leaky leaks"},
    {"VulnerabilityID": "CVE-2026-0002", "PkgName": "leaky", "InstalledVersion": "1.0", "Severity": "LOW"}'
fi
printf '{"SchemaVersion": 2, "ArtifactName": "%s", "Results": [{"Target": "%s (debian 12)", "Vulnerabilities": [%s]}]}' "$4" "$4" "$found" > "$3"
[ -z "$found" ] || exit 5
`;
}

function grype(date: string): string {
  return `#!/bin/sh
set -eu
if [ "$1" = db ]; then
  echo '{"schemaVersion": "v6.1.0", "built": "${date}", "valid": true}'
  exit 0
fi
# sbom:FILE -o json
matches=
if grep -q '"pkg:deb/debian/leaky@1.0' "\${1#sbom:}"; then
  matches='{"vulnerability": {"id": "CVE-2026-0001", "severity": "Critical", "fix": {"versions": ["1.1"], "state": "fixed"}}, "artifact": {"name": "leaky", "version": "1.0"}}'
fi
echo "reading \${1#sbom:}" >&2
printf '{"matches": [%s], "source": {"target": "%s"}}\\n' "$matches" "\${1#sbom:}"
`;
}
