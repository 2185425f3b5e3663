import { createHash, randomInt, randomUUID } from "node:crypto";
import { GoogleError } from "./google-error.ts";
import type { Policy } from "./image-rules.ts";

/** An image as Compute Engine shows it. */
export interface Image {
  readonly kind: "compute#image";
  readonly id: string;
  readonly name: string;
  readonly selfLink: string;
  readonly creationTimestamp: string;
  status: "PENDING" | "READY" | "FAILED" | "DELETING";
  labels: Record<string, string>;
  labelFingerprint: string;
  deprecated?: { readonly state: string; readonly [name: string]: unknown };
  description?: string;
  family?: string;
  [name: string]: unknown;
}

export interface Operation {
  readonly kind: "compute#operation";
  readonly id: string;
  readonly name: string;
  readonly operationType: string;
  readonly targetLink: string;
  readonly targetId: string;
  readonly selfLink: string;
  readonly insertTime: string;
  status: "PENDING" | "RUNNING" | "DONE";
  progress: number;
  error?: { readonly errors: readonly { readonly code: string; readonly message: string }[] };
  httpErrorStatusCode?: number;
}

/** All that Compute Engine knows of a project. */
export class ComputeState {
  readonly images = new Map<string, Image>();
  readonly policies = new Map<string, Policy>();
  readonly operations = new Map<string, Operation>();
  /** Milliseconds that a change takes. */
  operationMs: number;

  constructor(operationMs: number) {
    this.operationMs = operationMs;
  }

  image(project: string, name: string): Image {
    const image = this.images.get(name);
    if (!image) throw new GoogleError(404, "notFound", `The resource 'projects/${project}/global/images/${name}' was not found`);
    return image;
  }

  /** Begins a change: pending, running, done. */
  begin(operationType: string, image: Pick<Image, "selfLink" | "id">, finish: () => Promise<void> | void = () => {}): Operation {
    const name = `operation-${randomUUID()}`;
    const selfLink = image.selfLink.replace(/\/images\/.*$/, `/operations/${name}`);
    const operation: Operation = { kind: "compute#operation", id: newId(), name, operationType, targetLink: image.selfLink, targetId: image.id, selfLink, insertTime: new Date().toISOString(), status: "PENDING", progress: 0 };
    this.operations.set(name, operation);
    setTimeout(() => void (operation.status === "PENDING" && (operation.status = "RUNNING")), this.operationMs / 2).unref();
    setTimeout(() => void this.#end(operation, finish), this.operationMs).unref();
    return operation;
  }

  async #end(operation: Operation, finish: () => Promise<void> | void): Promise<void> {
    try {
      await finish();
    } catch (error) {
      const { reason, message, status } = error instanceof GoogleError ? error : { reason: "INTERNAL_ERROR", message: String(error), status: 500 };
      Object.assign(operation, { error: { errors: [{ code: reason, message }] }, httpErrorStatusCode: status });
    }
    Object.assign(operation, { status: "DONE", progress: 100, endTime: new Date().toISOString() });
  }
}

export function newId(): string {
  return String(randomInt(2 ** 47, 2 ** 48 - 1));
}

/** Changes with what it is made of. */
export function fingerprint(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value) ?? "").digest().subarray(0, 8).toString("base64");
}
