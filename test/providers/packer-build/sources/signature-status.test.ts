import { expect, test } from "vitest";
import { signatureVerdicts } from "#providers/packer-build/sources/signature-status";

const primary = "A".repeat(40);
const subkey = "B".repeat(40);
const status = (...lines: string[]): string => lines.map((line) => `[GNUPG:] ${line}`).join("\n");
const valid = `VALIDSIG ${subkey} 2026-11-21 1795236753 0 4 0 22 8 00 ${primary}`;

test("a good signature names the key that signed and the primary key", () => {
  expect(signatureVerdicts(status("NEWSIG", "GOODSIG 0123 Somebody", valid))).toEqual([{ key: subkey, primary, problem: "" }]);
});

test.each(["EXPKEYSIG", "REVKEYSIG", "EXPSIG"])("%s is not good although gpgv calls it valid", (word) => {
  expect(signatureVerdicts(status("NEWSIG", `${word} 0123 Somebody`, valid))[0]!.problem).toMatch(/expired|revoked/);
});

test("each signature of a file has its own verdict", () => {
  const verdicts = signatureVerdicts(status("NEWSIG", `ERRSIG 0123 22 8 00 1795236753 9 ${subkey}`, "NO_PUBKEY 0123", "NEWSIG", "GOODSIG 0123 Somebody", valid));
  expect(verdicts.map(({ problem }) => problem)).toEqual(["the signing key is not known here", ""]);
});

test("a name that looks like a status line is none", () => {
  expect(signatureVerdicts(status("NEWSIG", `BADSIG 0123 GOODSIG ${valid}`))[0]!.problem).toBe("the signature does not fit the signed file");
  expect(signatureVerdicts(valid)).toEqual([]);
});
