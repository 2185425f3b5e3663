import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { GcpError } from "#providers/shared/gcp/gcp-error";
import type { Gcp } from "#providers/shared/gcp/open-gcp";

const schema = z.looseObject({ name: z.string(), status: z.string(), error: z.looseObject({ errors: z.array(z.looseObject({ message: z.string().default("") })).default([]) }).optional() });

/** Milliseconds before the second look, and at most between two. */
const [first, longest] = [200, 2_000];
/** Milliseconds; what is waited for here changes a record and no disk. */
const patience = 300_000;

/** Waits until what Compute Engine has begun is done. @throws GcpError where it was not, or not in time. */
export async function operationDone(gcp: Gcp, begun: unknown, action: string): Promise<void> {
  const until = Date.now() + patience;
  for (let body = begun, pause = first; ; pause = Math.min(longest, pause * 1.5)) {
    const operation = schema.safeParse(body).data;
    if (!operation) throw new GcpError({ action, place: gcp.place, cause: "the answer is no operation of Compute Engine" });
    const faults = operation.error?.errors.map(({ message }) => message) ?? [];
    if (faults.length > 0) throw new GcpError({ action, place: gcp.place, cause: faults.join("; "), hint: "run the same command again" }, 400);
    if (operation.status === "DONE") return;
    if (Date.now() > until) throw new GcpError({ action, place: gcp.place, cause: `it is still ${operation.status.toLowerCase()} after ${patience / 60_000} min`, hint: "run the same command again later" });
    await sleep(pause);
    ({ body } = await gcp.request({ service: "compute", method: "GET", path: `projects/${gcp.project}/global/operations/${operation.name}`, action, permission: "compute.globalOperations.get" }));
  }
}
