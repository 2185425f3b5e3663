import { describe, expect, test } from "vitest";
import { revokedReleases, type RevocationDocument, type RevocationFacts } from "#model/revoked";

const id = (image: string, serial = 1) => ({ image, version: `2026.1101.${serial}` });
const releases = [id("base"), { ...id("web"), parent: id("base") }, { ...id("shop"), parent: id("web") }, { ...id("web", 2), parent: id("base", 2) }];
const document = (of: ReturnType<typeof id>, stack: string): RevocationDocument => ({ schemaVersion: 1, ...of, sha256: "ab", reason: "theirs", stack, since: "2026-11-02T00:00:00Z" });

function revoked(more: Partial<RevocationFacts>) {
  return revokedReleases({ revoked: {}, revokedChildren: "named", stack: "imagefleet/prod", documents: [], releases, ...more });
}

const ours = { base: { "2026.1101.1": "CVE-2026-0001" } };

describe("revoked releases", () => {
  test("are those of the configuration; what is layered on them is named, through all layers", () => {
    expect(revoked({ revoked: ours })).toEqual({
      revoked: [{ ...id("base"), reason: "CVE-2026-0001", stack: "imagefleet/prod" }],
      containing: [{ ...id("shop"), contains: "base@2026.1101.1" }, { ...id("web"), contains: "base@2026.1101.1" }],
    });
  });

  test("are their children, too, where the policy says so", () => {
    const { revoked: all, containing } = revoked({ revoked: ours, revokedChildren: "revoked" });
    expect(all.map(({ image, revokedWith }) => [image, revokedWith])).toEqual([["base", undefined], ["shop", "base@2026.1101.1"], ["web", "base@2026.1101.1"]]);
    expect(containing).toEqual([]);
  });

  test("are those of other stacks that share the store, whose children follow the policy there", () => {
    const { revoked: all, containing } = revoked({ documents: [document(id("base"), "imagefleet/dev")], revokedChildren: "revoked" });
    expect(all).toEqual([{ ...id("base"), reason: "theirs", stack: "imagefleet/dev" }]);
    expect(containing.map(({ image }) => image)).toEqual(["shop", "web"]);
  });

  test("are not those that the stack itself has recorded and no longer configures", () => {
    expect(revoked({ documents: [document(id("base"), "imagefleet/prod")] }).revoked).toEqual([]);
  });

  test("are each one thing, by whose word the configuration decides", () => {
    expect(revoked({ revoked: ours, documents: [document(id("base"), "imagefleet/dev")] }).revoked).toEqual([{ ...id("base"), reason: "CVE-2026-0001", stack: "imagefleet/prod" }]);
  });
});
