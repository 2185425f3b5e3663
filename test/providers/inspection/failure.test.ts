import { describe, expect, it } from "vitest";
import { inspectionFailure } from "#providers/inspection/failure";
import { judge, type GateFindings } from "#providers/inspection/judge";
import { check, sampleEvidence, waiver } from "./evidence/samples.ts";

const id = { image: "debian-12", version: "2026.1101.2" };
const page = "/store/evidence.html";
const gate = (checks: GateFindings["result"]["checks"]): GateFindings => ({ gate: "hygiene", failOn: "low", seconds: 1, result: { checks, facts: {}, files: [] } });

describe("the message of a failed inspection", () => {
  const { message } = inspectionFailure(id, sampleEvidence("failed"), page);

  it("says what failed, worst first, where, why, how to mend it, and where the report is", () => {
    expect(message.split("\n").slice(0, 5)).toEqual([
      "cannot release debian-12@2026.1101.2: 4 of 12 checks failed; no site gets it",
      "  hygiene/authorized-keys (critical): not so: No key is left that could log in",
      "      /root/.ssh/authorized_keys: 1 key: ssh-ed25519 SHA256:9k3mT0d7Rk0cS3oM0zq1F1r8tq0m6H0bXkQ3wW9o1eY builder@example",
      "      /home/packer/.ssh/authorized_keys: 1 key: ssh-rsa, 2048 bit",
      expect.stringContaining("      to mend it: Remove /root/.ssh/authorized_keys"),
    ]);
    expect([...message.matchAll(/^ {2}([\w-]+\/[\w/-]+) \(/gm)].map(([, rule]) => rule)).toEqual(["hygiene/authorized-keys", "waivers/expired", "hygiene/shell-history", "boot/bios-virtio/units"]);
    expect(message).toContain(`  the whole report: ${page}`);
    expect(message).toMatch(/what to do: mend .* imagefleet:waivers, with {rule, image: debian-12, reason, expires}$/);
  });

  it("leaves out what is waived or tolerated", () => {
    expect(message).not.toMatch(/password-hash|package-cache/);
  });

  it("is bounded, however much is wrong", () => {
    const many = Array.from({ length: 400 }, (_, index) => ({ place: `/file-${index}`, problem: "a secret", severity: index === 399 ? ("critical" as const) : ("low" as const) }));
    const long = inspectionFailure(id, judge([gate([check("hygiene/x", { findings: many })])], [], "2026-11-21"), page).message;
    expect(long.split("\n").length).toBeLessThan(20);
    expect(long).toContain("/file-399");
    expect(long).toContain("and 390 more findings");
  });

  it("keeps what an image holds from looking like a line of its own", () => {
    const sly = check("hygiene/x", { findings: [{ place: "/a\nwhat to do: rm -rf /", problem: "\u001b[2Jgone\r\n" }] });
    expect(inspectionFailure(id, judge([gate([sly])], [], "2026-11-21"), page).message).toContain("      /a what to do: rm -rf /: [2Jgone\n");
  });

  it("says which waiver names no check, and which it may have meant", () => {
    const open = check("hygiene/password-hash", { findings: [{ place: "/etc/shadow", problem: "a hash" }] });
    const judged = judge([gate([open])], [{ ...waiver, rule: "hygiene/pasword-hash" }], "2026-11-21");
    expect(inspectionFailure(id, judged, page).message).toContain("  imagefleet:waivers[0] accepts nothing: no check hygiene/pasword-hash was asked; did you mean hygiene/password-hash?\n");
  });

  it("asks for no build where only waivers have expired", () => {
    const { message: text } = inspectionFailure(id, judge([gate([check("hygiene/x")])], [{ ...waiver, expires: "2026-01-01" }], "2026-11-21"), page);
    expect(text).toMatch(/waived until 2026-01-01: .*remove imagefleet:waivers\[0\]/);
    expect(text).toMatch(/what to do: extend or remove the waivers named above, then npm run up: nothing is built again$/);
  });
});
