import { expect, test } from "vitest";
import { gcpDescription, gcpLabels } from "#model/gcp-image";
import { match } from "#fleet/found/gcp-match";

const owner = "imagefleet/test";
const facts = { image: "tiny", version: "2026.1101.1", key: "a1".repeat(32), sha256: "b2".repeat(32), stack: owner };
const wanted = { ...facts, format: "gce", bytes: 1 };
const labels = gcpLabels({ labels: {} }, facts);
const description = gcpDescription(facts);

test("an image is ours by its description, or by its labels where somebody edited it", () => {
  expect(match({ description, labels: {} }, wanted, owner)).toEqual({ is: "ours" });
  expect(match({ description: "edited", labels }, wanted, owner)).toEqual({ is: "ours" });
  expect(match({ description, labels }, { ...wanted, sha256: undefined }, owner)).toEqual({ is: "ours" });
});

test("one of another stack, build or artifact is never ours, whatever its labels", () => {
  const others = [{ stack: "imagefleet/other" }, { key: "c3".repeat(32) }, { sha256: "d4".repeat(32) }];
  const why = others.map((other) => match({ description: gcpDescription({ ...facts, ...other }), labels }, wanted, owner));
  expect(why).toEqual([
    { is: "other", why: "it belongs to the stack imagefleet/other" },
    { is: "other", why: "it is of another build: its key is c3c3c3c3c3c3c3c3..., not a1a1a1a1a1a1a1a1..." },
    { is: "other", why: "it is of another artifact: its SHA-256 is d4d4d4d4d4d4d4d4..., not b2b2b2b2b2b2b2b2..." },
  ]);
});

test("one that says nothing is ours only where the state has it", () => {
  expect(match({ description: "", labels: {} }, wanted, owner)).toEqual({ is: "unsaid", why: "imagefleet did not make it: neither its description nor its labels say so" });
  expect(match({ description: "", labels: { ...labels, "imagefleet-key": "other" } }, wanted, owner)).toEqual({ is: "unsaid", why: "its labels are others: imagefleet-key is other" });
});
