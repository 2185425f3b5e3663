import { setTimeout as sleep } from "node:timers/promises";
import type { Method } from "got";
import { authorization } from "#providers/shared/gcp/access-token";
import { endpointOf, serviceNames, type GcpService } from "#providers/shared/gcp/endpoints";
import { gcpFault, isThrottled } from "#providers/shared/gcp/gcp-fault";
import { defaultPatience, send, type Answer, type Patience } from "#providers/shared/gcp/send";

export interface GcpRequest {
  readonly service: GcpService;
  readonly method: Method;
  /** Below the service's own address: `projects/images-prod/global/images`. A URL is taken as it is. */
  readonly path: string | URL;
  readonly query?: URLSearchParams;
  readonly json?: unknown;
  readonly body?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is being done, to what: `delete the image debian-12-2026-1101-2`. */
  readonly action: string;
  /** What one must be allowed for it: `compute.images.delete`. */
  readonly permission: string;
  /** Statuses that are answers too, besides those below 300: `[404]`. */
  readonly also?: readonly number[];
  readonly patience?: Partial<Patience>;
}

/** A project of Google Cloud. */
export interface Gcp {
  readonly project: string;
  /** For messages: `project images-prod`. */
  readonly place: string;
  /** @throws GcpError */
  request(request: GcpRequest): Promise<Answer>;
}

/** Milliseconds before each further attempt where Compute Engine says 403 for "too fast". */
const pauses = [1_000, 4_000, 16_000];

/** Nothing is asked before the first request; all who open the same project in this process share the token. */
export function openGcp(project: string, patience: Partial<Patience> = {}): Gcp {
  const place = `project ${project}`;
  return {
    project,
    place,
    async request({ also = [], ...request }) {
      let answer = await ask(request, false);
      if (answer.status === 401) answer = await ask(request, true); // the token was revoked, or ended while the request waited
      for (const pause of pauses) {
        if (!isThrottled(answer)) break;
        await sleep(pause * (0.5 + Math.random()));
        answer = await ask(request, false);
      }
      if (answer.status < 300 || also.includes(answer.status)) return answer;
      throw gcpFault(answer, { ...request, place, service: serviceNames[request.service] });
    },
  };

  async function ask({ service, path, query, headers, patience: own, ...request }: Omit<GcpRequest, "also">, refused: boolean): Promise<Answer> {
    const base = new URL(endpointOf(service));
    const url = typeof path === "string" ? new URL(`${base.href}${path}${query ? `?${query.toString()}` : ""}`) : path;
    // whoever an address of an answer leads to, our token goes to Google alone
    const who = url.origin === base.origin ? await authorization(project, refused) : {};
    return send({ ...request, place, url, headers: { ...headers, ...who }, patience: { ...defaultPatience, ...patience, ...own } });
  }
}
