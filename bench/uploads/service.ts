import type { IncomingHttpHeaders } from "node:http";

/** A request whose body has arrived. */
export interface Taken {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Length of the body. */
  readonly bytes: number;
  /** The body, where it is short enough to be anything but a disk's data; else empty. */
  readonly text: string;
}

export interface Answer {
  /** What was asked for, as the service calls it: requests are counted by it. */
  readonly operation: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Bytes of a disk that were taken by it. */
  readonly data?: number;
}

/** A cloud's service as far as an upload needs it: it forgets the bytes. */
export type Service = (request: Taken) => Answer | Promise<Answer>;

export type ServiceKind = "ebs" | "page-blob" | "object";

export interface ServiceOptions {
  /** Files whose bytes are what a client reads back: of the first snapshot or blob, of the second, and so on. */
  readonly disks: readonly string[];
  /** Puts a second of one snapshot; absent: as many as come. */
  readonly quota?: number;
  /** CRC-32C in base64 that an object is said to have. */
  readonly checksum?: string;
}

export interface SinkCounts {
  readonly requests: Readonly<Record<string, number>>;
  readonly dataBytes: number;
  /** User and system time of the sink itself. */
  readonly cpuSeconds: number;
}
