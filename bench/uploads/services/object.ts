import type { Answer, Service, ServiceOptions, Taken } from "../service.ts";

interface Session {
  readonly name: string;
  readonly metadata: object;
  received: number;
}

/** Cloud Storage: objects by resumable uploads, in one request or in chunks; looked at and deleted. */
export function objectService({ checksum }: ServiceOptions): Service {
  const sessions: Session[] = [];
  const objects = new Map<string, object>();
  return (request) => {
    if (request.query.has("upload_id")) return take(request, sessions[Number(request.query.get("upload_id"))]!, objects, checksum);
    if (request.method === "POST") return begin(request, sessions);
    const name = request.path.split("/o/")[1] ?? "";
    const object = objects.get(name);
    if (request.method === "DELETE") return { operation: "delete", status: objects.delete(name) ? 204 : 404 };
    return object ? json("get", 200, object) : json("get", 404, { error: { code: 404, message: "Not Found" } });
  };
}

function begin({ text, query, headers, path }: Taken, sessions: Session[]): Answer {
  const metadata = JSON.parse(text || "{}") as { name?: string };
  const id = sessions.push({ name: query.get("name") ?? metadata.name ?? "", metadata, received: 0 }) - 1;
  return { operation: "begin", status: 200, headers: { location: `http://${headers.host}${path}?uploadType=resumable&upload_id=${id}` } };
}

function take({ headers, bytes }: Taken, session: Session, objects: Map<string, object>, checksum: string | undefined): Answer {
  session.received += bytes;
  const total = /\/(\d+)$/.exec(headers["content-range"] ?? "")?.[1] ?? (headers["content-range"] ? undefined : String(session.received));
  if (session.received !== Number(total)) {
    const range: Record<string, string> = session.received > 0 ? { range: `bytes=0-${session.received - 1}` } : {};
    return { operation: "chunk", status: 308, headers: range, data: bytes };
  }
  const object = { kind: "storage#object", name: session.name, size: total, generation: "1", metageneration: "1", ...session.metadata, crc32c: checksum };
  objects.set(session.name, object);
  return { ...json("object", 200, object), data: bytes };
}

function json(operation: string, status: number, content: object): Answer {
  return { operation, status, headers: { "content-type": "application/json" }, body: JSON.stringify(content) };
}
