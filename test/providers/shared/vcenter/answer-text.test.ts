import { expect, test } from "vitest";
import { answerText } from "#providers/shared/vcenter/answer-text";

test.each([
  [{ error_type: "NOT_FOUND", messages: [{ id: "x", default_message: "The library is gone.", args: [] }] }, ": NOT_FOUND, The library is gone."],
  [{ type: "com.vmware.vapi.std.errors.already_exists", value: { messages: [] } }, ": already_exists"],
  [{ type: "com.vmware.vapi.std.errors.error", value: { messages: [{ default_message: "No space." }] } }, ": error, No space."],
  ["<html><title>503</title><body>Service  Unavailable</body></html>", ": 503 Service Unavailable"],
  ["", ""],
  [{ something: "else" }, ""],
])("%j is told as %j", (body, text) => {
  expect(answerText(body)).toBe(text);
});
