import { expect, test } from "vitest";
import { crc32c, crc32cText } from "#providers/shared/crc32c";
import { endpointOf } from "#providers/shared/gcp/endpoints";
import { gcpFault, isThrottled } from "#providers/shared/gcp/gcp-fault";

const asked = { action: "list the images", permission: "compute.images.list", place: "project p", service: "Compute Engine" };
const body = (message: string, reason: string) => ({ error: { code: 403, message, errors: [{ reason }] } });

test("a refusal names the permission once, whether the service did or not", () => {
  for (const message of ["Required 'compute.images.list' permission for 'projects/p'", "Forbidden."]) {
    expect(gcpFault({ status: 403, body: body(message, "forbidden") }, asked).message.match(/^cannot.*compute\.images\.list/g)).toHaveLength(1);
  }
});

test("403 for too many requests is none for want of a permission", () => {
  const answer = { status: 403, body: body("Rate Limit Exceeded", "rateLimitExceeded") };
  expect(isThrottled(answer)).toBe(true);
  expect(gcpFault(answer, asked).message).not.toContain("compute.images.list");
  expect(isThrottled({ status: 403, body: body("Forbidden", "forbidden") })).toBe(false);
});

test("an answer that is a page is shown as one line without its markup", () => {
  expect(gcpFault({ status: 502, body: "<html><h1>Bad\n Gateway</h1></html>" }, asked).message).toContain("Compute Engine answers 502: Bad Gateway\n");
});

test("endpoints are Google's, or where the official plugin's variables lead, uploads beside their storage", () => {
  expect(endpointOf("upload", {})).toBe("https://storage.googleapis.com/upload/storage/v1/");
  expect(endpointOf("upload", { GOOGLE_STORAGE_CUSTOM_ENDPOINT: "http://127.0.0.1:1/storage/v1" })).toBe("http://127.0.0.1:1/upload/storage/v1/");
  expect(endpointOf("compute", { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: "http://127.0.0.1:2/compute/v1/" })).toBe("http://127.0.0.1:2/compute/v1/");
});

test("CRC-32C has the well-known check value, in parts of any length too", () => {
  const digits = Buffer.from("123456789".repeat(5));
  expect(crc32c(digits.subarray(0, 9))).toBe(0xe3069283);
  expect(crc32cText(0xe3069283)).toBe("4waSgw==");
  for (let cut = 0; cut <= digits.length; cut++) expect(crc32c(digits.subarray(cut), crc32c(digits.subarray(0, cut)))).toBe(crc32c(digits));
});
