import fc from "fast-check";
import { expect, test } from "vitest";
import { defaultPatience } from "#providers/shared/aws/access";
import { awsFault, type AwsError } from "#providers/shared/aws/aws-fault";
import { Pace } from "#providers/shared/aws/pace";
import { jitteredPause, patientRetry } from "#providers/shared/aws/retry";

const access = { site: "aws-main", region: "eu-central-1" };
const call = { action: "send tiny@1 to aws-main", api: "ebs:PutSnapshotBlock", access };

function named(name: string, status?: number, message = "no"): Error {
  return Object.assign(new Error(message), { name, $metadata: { ...(status !== undefined && { httpStatusCode: status }), attempts: 3 } });
}

test("pauses grow, jittered, up to the longest; what the service asks for is never undercut", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(100_000), (failed, hint) => {
    const pause = jitteredPause(failed, hint, 10_000);
    expect(pause).toBeGreaterThanOrEqual(hint > 0 ? hint : Math.min(10_000, 100 * 2 ** failed) / 2);
    expect(pause).toBeLessThanOrEqual(hint > 0 ? hint + 1_000 : 10_000);
  }));
});

test("what is hopeless fails at once, what is not is tried so often, and ended credentials are renewed twice at most", async () => {
  let renewed = 0;
  const strategy = patientRetry({ patience: defaultPatience, credentials: { renew: () => renewed++ } as never });
  const after = async (count: number, errorType: "CLIENT_ERROR" | "TRANSIENT", error: Error) => {
    let token = await strategy.acquireInitialRetryToken();
    for (let done = 0; done < count; done++) token = await strategy.refreshRetryTokenForRetry(token, { errorType, error });
    return token.getRetryCount();
  };
  await expect(after(1, "CLIENT_ERROR", named("AccessDeniedException", 403))).rejects.toThrow("no");
  await expect(after(1, "TRANSIENT", named("ConflictException", 503))).rejects.toThrow("no");
  expect(await after(9, "TRANSIENT", named("TimeoutError"))).toBe(9);
  await expect(after(10, "TRANSIENT", named("TimeoutError"))).rejects.toThrow("no");
  expect(await after(2, "CLIENT_ERROR", named("ExpiredTokenException", 403))).toBe(2);
  await expect(after(3, "CLIENT_ERROR", named("ExpiredTokenException", 403))).rejects.toThrow("no");
  expect(renewed).toBe(5);
});

test("a complaint slows all down, several at once as one does, and the pace comes back", async () => {
  const pace = new Pace(1_000);
  for (let count = 0; count < 10; count++) pace.slow();
  expect(pace.perSecond).toBe(700);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await pace.turn();
  expect(pace.perSecond).toBeGreaterThan(720);
  const started = performance.now();
  pace.slow(200);
  await pace.turn();
  expect(performance.now() - started).toBeGreaterThan(190);
});

test("turns come no faster than the quota", async () => {
  const pace = new Pace(200);
  const started = performance.now();
  for (let count = 0; count < 60; count++) await pace.turn();
  expect(performance.now() - started).toBeGreaterThan(230);
});

test("a fault names the permission, the place, the attempts and what to do", () => {
  const denied = awsFault(named("AccessDeniedException", 403, "not authorized"), call) as AwsError;
  expect(denied.message).toBe("cannot send tiny@1 to aws-main (site aws-main, region eu-central-1): ebs:PutSnapshotBlock failed after 3 attempts: AccessDeniedException: not authorized\n  what to do: allow ebs:PutSnapshotBlock to the credentials in use, then npm run up");
  expect([denied.denied, denied.unreachable]).toEqual([true, false]);
  const silent = awsFault(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }), call) as AwsError;
  expect([silent.code, silent.unreachable]).toEqual(["ECONNREFUSED", true]);
  expect((awsFault(named("InvalidSnapshot.NotFound", 400), call) as AwsError).notFound).toBe(true);
  expect(awsFault(denied, call)).toBe(denied);
});
