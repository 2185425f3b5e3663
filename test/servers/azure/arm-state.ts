import { randomUUID } from "node:crypto";
import { ArmError } from "./arm-error.ts";

/** A resource as Resource Manager shows it. */
export interface Resource {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  location?: string;
  tags?: Record<string, string>;
  properties: Record<string, unknown>;
}

/** Where a resource is: the parts of its id. */
export interface ResourcePath {
  readonly id: string;
  readonly group: string;
  /** `Microsoft.Compute/galleries/images` */
  readonly type: string;
  /** One for each part of the type. */
  readonly names: readonly string[];
}

/** Something that takes a while. */
export interface Operation {
  readonly id: string;
  readonly started: string;
  status: "InProgress" | "Succeeded" | "Failed";
  error?: { readonly code: string; readonly message: string };
}

/** All that Resource Manager knows; ids are compared without case. */
export class ArmState {
  readonly operations = new Map<string, Operation>();
  /** Milliseconds that a change takes. */
  operationMs: number;
  readonly #resources = new Map<string, Resource>();

  constructor(operationMs: number) {
    this.operationMs = operationMs;
  }

  get(id: string): Resource | undefined {
    return this.#resources.get(id.toLowerCase());
  }

  put(resource: Resource): Resource {
    this.#resources.set(resource.id.toLowerCase(), resource);
    return resource;
  }

  remove(id: string): boolean {
    return this.#resources.delete(id.toLowerCase());
  }

  /** Those of a type below a resource or group. */
  list(below: string, type: string): Resource[] {
    return [...this.#resources.values()].filter((one) => one.type.toLowerCase() === type.toLowerCase() && one.id.toLowerCase().startsWith(`${below.toLowerCase()}/`));
  }

  /** Begins a change of a resource; when it fails, the resource says so. */
  begin(resource: Resource, state: "Creating" | "Updating" | "Deleting", finish: () => Promise<void> | void): Operation {
    const operation: Operation = { id: randomUUID(), started: new Date().toISOString(), status: "InProgress" };
    this.operations.set(operation.id, operation);
    resource.properties.provisioningState = state;
    const end = async (): Promise<void> => {
      try {
        await finish();
        resource.properties.provisioningState = "Succeeded";
        operation.status = "Succeeded";
      } catch (error) {
        resource.properties.provisioningState = "Failed";
        operation.error = error instanceof ArmError ? { code: error.code, message: error.message } : { code: "InternalExecutionError", message: String(error) };
        operation.status = "Failed";
      }
    };
    setTimeout(() => void end(), this.operationMs).unref();
    return operation;
  }
}

/** @returns undefined when it is no id of a resource in a group. */
export function parseId(id: string): ResourcePath | undefined {
  const [, group, namespace, rest] = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/providers\/([^/]+)\/(.+?)\/?$/i.exec(id) ?? [];
  if (group === undefined || namespace === undefined || rest === undefined) return undefined;
  const parts = rest.split("/").map(decodeURIComponent);
  return { id: id.replace(/\/$/, ""), group, type: [namespace, ...parts.filter((_, at) => at % 2 === 0)].join("/"), names: parts.filter((_, at) => at % 2 === 1) };
}

export function parentOf(id: string): string {
  return id.split("/").slice(0, -2).join("/");
}
