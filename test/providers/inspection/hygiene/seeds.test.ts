import { expect, test } from "vitest";
import { rules } from "../../../../providers/inspection/hygiene/rules.ts";
import { found, runSeeded } from "./run-hygiene.ts";
import { awsKey, hash, privateKey, publicKey, token, type Seed } from "./seed.ts";
import { accountSeeds, identitySeeds, loginSeeds, sshdSeeds, sudoSeeds } from "./seeds/identity.ts";
import { cloudInitSeeds, logSeeds, networkSeeds, packageSeeds, temporarySeeds } from "./seeds/machine.ts";
import { credentialSeeds, freeBlockSeeds, historySeeds, secretSeeds } from "./seeds/secrets.ts";
import { bootSeeds, certificateSeeds, cloudSeeds, diskSeeds, permissionSeeds } from "./seeds/system.ts";

const groups: Readonly<Record<string, readonly Seed[]>> = {
  identity: identitySeeds,
  logins: loginSeeds,
  accounts: accountSeeds,
  sudo: sudoSeeds,
  sshd: sshdSeeds,
  credentials: credentialSeeds,
  secrets: secretSeeds,
  "free blocks": freeBlockSeeds,
  histories: historySeeds,
  "cloud-init": cloudInitSeeds,
  logs: logSeeds,
  packages: packageSeeds,
  network: networkSeeds,
  "temporary files": temporarySeeds,
  permissions: permissionSeeds,
  disks: diskSeeds,
  boot: bootSeeds,
  clouds: cloudSeeds,
  certificates: certificateSeeds,
};
const corpus = Object.values(groups).flat();
/** Parts of what the corpus plants. */
const secrets = [hash, token, awsKey, privateKey.slice(40, 60), publicKey.slice(12, 40), "hunter22", "s3cr3t"];
/** Planted where there is a real disk: 64 MiB of deleted data, and an extended attribute. */
const elsewhere = ["free-blocks", "file-capabilities"];

test("every rule has a fault in the corpus", () => {
  const seeded = new Set(corpus.flatMap(({ finds }) => finds));
  expect(rules.map(({ id }) => id.replace("hygiene/", "")).filter((name) => !seeded.has(name) && !elsewhere.includes(name))).toEqual([]);
});

for (const [group, planted] of Object.entries(groups)) {
  test.for(planted.map((seed, index) => [index + 1, seed.finds.join(", "), seed] as const))(`${group} %i: %s finds its fault, no other rule does, and no secret is told`, async ([, , seed]) => {
    const result = await runSeeded(seed);
    expect(found(result).sort()).toEqual([...seed.finds].sort());
    for (const secret of secrets) expect(JSON.stringify(result)).not.toContain(secret);
  });
}

test("of a rule that finds very much, the evidence has the first fifty places", async () => {
  const many = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`/tmp/file-${index}`, ""]));
  const { checks } = await runSeeded({ plant: many });
  const findings = checks.find(({ id }) => id === "hygiene/temporary-files")!.findings;
  expect(findings).toHaveLength(51);
  expect(findings.at(-1)).toEqual({ place: "...", problem: "and 30 more" });
});
