import { describe, expect, test } from "vitest";
import { whoBuilds, type Builder } from "#model/builders";

const dev: Builder = { stack: "dev", image: "debian-12", version: "2026.1101.2", stored: false, passed: false, reasons: ["script:web-server changed", "epoch changed"], formats: ["qcow2"] };
const built: Builder = { ...dev, stored: true, passed: true, reasons: [] };
const any = { image: "debian-12", formats: ["qcow2"], elsewhere: [] };

describe("who builds what is missing", () => {
  test.each([
    ["builds it, and why", dev, any, "npm run up -- --stack dev builds it as 2026.1101.2 (script:web-server changed, epoch changed)"],
    ["builds just the version that a channel names", dev, { ...any, version: "2026.1101.2" }, "npm run up -- --stack dev builds it as 2026.1101.2 (script:web-server changed, epoch changed)"],
    ["would build another one than a channel names", dev, { ...any, version: "2026.1101.9" }, "the stack dev would build debian-12@2026.1101.2, not 2026.1101.9 (script:web-server changed, epoch changed)"],
    ["has built another one, and would build none", built, { ...any, version: "2026.1101.9" }, "the stack dev has built debian-12@2026.1101.2, and builds another one only when its configuration or its templates change"],
    ["has one that failed its gates", { ...built, passed: false }, any, "npm run up -- --stack dev tries the gates of 2026.1101.2 again; npm run store -- show debian-12@2026.1101.2 says what failed"],
    ["has not made its formats yet", built, any, "npm run up -- --stack dev makes the formats of 2026.1101.2"],
    ["never makes a format", built, { ...any, formats: ["qcow2", "raw"] }, "the stack dev has built 2026.1101.2, but not as raw, which none of its sites takes: let one of them"],
  ])("a stack %s", (_, builder, wanted, said) => {
    expect(whoBuilds(wanted, [{ ...dev, stack: "other", image: "rocky-9" }, builder])).toBe(said);
  });

  test("nobody here, and who may know", () => {
    expect(whoBuilds(any, [])).toBe("no Pulumi.<stack>.yaml here builds debian-12 into this store: run `npm run up` where one does (imagefleet:build: allow)");
    const elsewhere = [{ version: "2026.1101.1", stack: "images/dev" }, { version: "2026.1101.2", stack: "images/dev" }, { version: "2026.1101.1", stack: "images/ci" }];
    expect(whoBuilds({ ...any, elsewhere }, [{ ...dev, image: "rocky-9" }])).toMatch(/; releases of it are held by images\/ci, images\/dev, where that may be$/);
  });
});
