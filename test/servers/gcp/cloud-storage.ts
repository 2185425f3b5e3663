import { forward } from "../forward.ts";
import type { Answer, Call } from "../strict-proxy.ts";
import type { FakeGcs } from "./fake-gcs.ts";
import { answering, GoogleError } from "./google-error.ts";
import type { Metadata } from "./metadata.ts";
import { UploadSessions } from "./upload-sessions.ts";

/** Cloud Storage with a bucket that nobody can open to the public; what is right, fake-gcs-server does. */
export class CloudStorage {
  readonly sessions: UploadSessions;
  /** Permissions that nobody has. */
  readonly denied: ReadonlySet<string>;
  readonly #gcs: FakeGcs;
  readonly #metadata: Metadata;

  constructor(gcs: FakeGcs, metadata: Metadata, denied: ReadonlySet<string>) {
    this.#gcs = gcs;
    this.#metadata = metadata;
    this.denied = denied;
    this.sessions = new UploadSessions(gcs);
  }

  handle(call: Call): Promise<Answer> {
    return answering(async () => {
      const { searchParams, pathname } = call.url;
      const session = searchParams.get("upload_id");
      if (session !== null) {
        if (call.headers.authorization !== undefined) this.#metadata.authenticate(call); // the address alone would do
        return this.sessions.put(call, session);
      }
      if (call.cut) return { status: 0 };
      this.#metadata.authenticate(call);
      const [, upload, bucket = "", rest = ""] = /^(\/upload)?\/storage\/v1\/b\/([^/]+)(\/.*)?$/.exec(pathname) ?? [];
      if (bucket === "") throw new GoogleError(404, "notFound", "Not Found");
      if (rest === "/iam/testPermissions") return { status: 200, body: { kind: "storage#testIamPermissionsResponse", permissions: searchParams.getAll("permissions").filter((one) => !this.denied.has(one)) } };
      this.#authorize(call, bucket, rest);
      refuseExposure(call, rest);
      if (!upload) return this.#forward(call);
      if ((await this.#gcs.call("GET", `/storage/v1/b/${bucket}`)).status !== 200) throw new GoogleError(404, "notFound", "The specified bucket does not exist.");
      if (searchParams.get("uploadType") !== "resumable") throw new GoogleError(400, "invalid", "Only resumable uploads are taken here: others cannot go on after a fault.");
      return this.sessions.begin(call, bucket);
    });
  }

  /** Preconditions of deletions are let pass by the fake server. */
  async #forward(call: Call): Promise<Answer> {
    const generation = call.url.searchParams.get("ifGenerationMatch");
    if (call.method !== "DELETE" || generation === null) return forward(this.#gcs.url, call);
    const { status, body } = await this.#gcs.call("GET", call.url.pathname);
    if (status === 200 && String((JSON.parse(body.toString()) as { generation: string }).generation) !== generation) throw new GoogleError(412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.");
    return forward(this.#gcs.url, call);
  }

  #authorize({ method }: Call, bucket: string, rest: string): void {
    const what = rest.startsWith("/o") ? "storage.objects" : "storage.buckets";
    const verb = method === "DELETE" ? "delete" : method === "POST" ? "create" : method === "GET" ? (rest === "/o" ? "list" : "get") : "update";
    const permission = `${what}.${verb}`;
    if (this.denied.has(permission)) throw new GoogleError(403, "forbidden", `${this.#metadata.email} does not have ${permission} access to the Google Cloud Storage ${what.split(".")[1]!.slice(0, -1)} ${bucket}. Permission '${permission}' denied on resource (or it may not exist).`);
  }
}

function refuseExposure({ url, body, method }: Call, rest: string): void {
  if (url.searchParams.has("predefinedAcl") || /\/acl(\/|$)/.test(rest)) throw new GoogleError(400, "invalid", "Cannot use ACL API when uniform bucket-level access is enabled.");
  if (rest === "/iam" && method === "PUT" && /"all(Authenticated)?Users"/.test(body.toString())) throw new GoogleError(412, "conditionNotMet", "The member bindings allUsers and allAuthenticatedUsers are not allowed since public access prevention is enforced.");
}
