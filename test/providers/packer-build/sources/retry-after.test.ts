import { expect, test } from "vitest";
import { retryAfter } from "#providers/packer-build/sources/http-client";

test("Retry-After is seconds or a date", () => {
  const now = Date.parse("2026-11-21T00:00:00Z");
  expect(retryAfter("120", now)).toBe(120_000);
  expect(retryAfter("Sat, 21 Nov 2026 00:01:00 GMT", now)).toBe(60_000);
  expect(retryAfter("Fri, 20 Nov 2026 00:00:00 GMT", now)).toBe(0);
  expect(retryAfter("soon", now)).toBeUndefined();
  expect(retryAfter(undefined, now)).toBeUndefined();
});
