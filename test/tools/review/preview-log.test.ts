import { expect, test } from "vitest";
import { readPreviewLog } from "../../../tools/review/preview-log.ts";
import { logOf, stepEvent, urn } from "./events.ts";

test("a replaced resource is one step, with what it was and will be; refreshes are none", async () => {
  const { steps } = await logOf(
    stepEvent("refresh", "a/x@1/raw", { old: { inputs: { n: 0 } } }),
    stepEvent("create-replacement", "a/x@1/raw", { old: { inputs: { n: 1 } }, new: { inputs: { n: 2 } } }),
    stepEvent("replace", "a/x@1/raw", { old: { inputs: { n: 1 } }, new: { inputs: { n: 2 } } }),
    stepEvent("delete-replaced", "a/x@1/raw", { old: { inputs: { n: 1 } } }),
    stepEvent("delete", "b/x@1/raw", { old: { inputs: { n: 3 } } }),
    "{\"resOutputsEvent\": {\"metad",
  );
  expect(steps.map(({ name, op, before, after }) => [name, op, before, after])).toEqual([["a/x@1/raw", "replace", { n: 1 }, { n: 2 }], ["b/x@1/raw", "delete", { n: 3 }, undefined]]);
});

test("what a run leaves out and the state lacks is no step; a component has no id, and is one", async () => {
  const nothing = { custom: true, id: "", inputs: {} };
  const { steps } = await logOf(
    stepEvent("same", "far/x@1/raw", { old: nothing, new: nothing }),
    stepEvent("same", "near/x@1/raw", { new: { custom: true, id: "near", inputs: {} } }),
    stepEvent("same", "x", { new: { custom: false, id: "", inputs: {} } }, "imagefleet:index:OsImage"),
  );
  expect(steps.map(({ name }) => name)).toEqual(["near/x@1/raw", "x"]);
});

test("findings of policies: mandatory ones and those that could not be put right are breaches, once each and first", async () => {
  const policy = (policyName: string, enforcementLevel: string) => ({ policyEvent: { policyName, policyPackName: "imagefleet", enforcementLevel, resourceUrn: urn("a/x@1/raw"), message: "<{%fg 1%}>not encrypted<{%reset%}>\n" } });
  const { policies } = await logOf(
    policy("expiry", "advisory"), policy("imds", "mandatory"), policy("imds", "mandatory"), policy("encryption", "remediate"), policy("owner", "disabled"),
    { policyRemediationEvent: { policyName: "tags", policyPackName: "imagefleet", before: { tags: {}, size: 1 }, after: { tags: { team: "a" }, size: 1 } } },
  );
  expect(policies.map(({ policy: name, level, breach, message, resource }) => [name, level, breach, message, resource])).toEqual([
    ["encryption", "remediate", true, "not encrypted", "a/x@1/raw"], ["imds", "mandatory", true, "not encrypted", "a/x@1/raw"],
    ["expiry", "advisory", false, "not encrypted", "a/x@1/raw"], ["owner", "disabled", false, "not encrypted", "a/x@1/raw"], ["tags", "remediated", false, "set tags", undefined],
  ]);
});

test("errors are told once, without colours; that it failed is known anyway", async () => {
  const { errors } = await logOf({ diagnosticEvent: { severity: "error", message: "<{%fg 1%}>no template\u001b[0m\n" } }, { diagnosticEvent: { severity: "warning", message: "old" } }, { errorEvent: { error: "no template" } }, { errorEvent: { error: "preview failed" } });
  expect(errors).toEqual(["no template"]);
});

test("a log that is not there says nothing", async () => {
  expect(await readPreviewLog("/nowhere/log")).toEqual({ steps: [], policies: [], errors: [] });
});
