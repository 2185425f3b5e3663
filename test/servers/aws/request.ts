import type { IncomingHttpHeaders } from "node:http";

/** A parameter of a Query request: text, or by name what is below it, or a list. */
export type Param = string | readonly Param[] | { readonly [name: string]: Param };
export type Params = { readonly [name: string]: Param };

/** A request to AWS: who asks which service in which region to do what. */
export interface AwsRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** `ec2`, `ebs`, `sts`, `s3`: as it was signed for. */
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** `RegisterImage`, `PutSnapshotBlock`; for other protocols method and path. */
  readonly action: string;
  /** Of EC2 and other Query services. */
  readonly params: Params;
}

export interface Credential {
  readonly accessKey: string;
  readonly region: string;
  readonly service: string;
}

/** Who signed, and for what. Signatures themselves are not verified: nobody here has a secret. */
export function credentialOf({ authorization = "" }: IncomingHttpHeaders): Credential | undefined {
  const [, accessKey, region, service] = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(authorization) ?? [];
  return accessKey && region && service ? { accessKey, region, service } : undefined;
}

const ebsActions: readonly (readonly [method: string, path: RegExp, action: string])[] = [
  ["POST", /^\/snapshots$/, "StartSnapshot"],
  ["POST", /^\/snapshots\/completion\/[^/]+$/, "CompleteSnapshot"],
  ["PUT", /^\/snapshots\/[^/]+\/blocks\/\d+$/, "PutSnapshotBlock"],
  ["GET", /^\/snapshots\/[^/]+\/blocks\/\d+$/, "GetSnapshotBlock"],
  ["GET", /^\/snapshots\/[^/]+\/blocks$/, "ListSnapshotBlocks"],
  ["GET", /^\/snapshots\/[^/]+\/changedblocks$/, "ListChangedBlocks"],
];

export function actionOf(service: string, method: string, url: URL, headers: IncomingHttpHeaders, params: Params): string {
  const named = headers["x-amz-target"];
  if (typeof named === "string") return named.split(".").at(-1)!;
  if (typeof params["Action"] === "string") return params["Action"];
  const found = service === "ebs" ? ebsActions.find(([verb, path]) => verb === method && path.test(url.pathname)) : undefined;
  return found?.[2] ?? `${method} ${url.pathname}`;
}

/** `Filter.1.Value.2=x` is the second value of the first filter. */
export function paramsOf(body: Buffer, { "content-type": type = "" }: IncomingHttpHeaders): Params {
  if (!type.startsWith("application/x-www-form-urlencoded")) return {};
  const root: Tree = {};
  for (const [path, value] of new URLSearchParams(body.toString())) {
    const names = path.split(".");
    const last = names.pop()!;
    let at = root;
    for (const name of names) at = (at[name] ??= {}) as Tree;
    at[last] = value;
  }
  return lists(root) as Params;
}

type Tree = { [name: string]: string | Tree };

function lists(tree: string | Tree): Param {
  if (typeof tree === "string") return tree;
  const names = Object.keys(tree);
  if (names.length > 0 && names.every((name) => /^\d+$/.test(name))) return names.sort((a, b) => Number(a) - Number(b)).map((name) => lists(tree[name]!));
  return Object.fromEntries(names.map((name) => [name, lists(tree[name]!)]));
}

export function text(param: Param | undefined): string | undefined {
  return typeof param === "string" ? param : undefined;
}

export function list(param: Param | undefined): readonly Param[] {
  return Array.isArray(param) ? param : [];
}

export function texts(param: Param | undefined): string[] {
  return list(param).filter((one) => typeof one === "string");
}

export function part(param: Param | undefined): Params {
  return typeof param === "object" && !Array.isArray(param) ? (param as Params) : {};
}

/** `TagSpecification.1.ResourceType=image`: tags of what is being made. */
export function tagsFor(params: Params, resourceType: string): Record<string, string> {
  const specifications = list(params["TagSpecification"]).map(part).filter(({ ResourceType }) => ResourceType === resourceType);
  return tagsIn(specifications.flatMap(({ Tag }) => list(Tag)));
}

export function tagsIn(tags: readonly Param[]): Record<string, string> {
  return Object.fromEntries(tags.map(part).map(({ Key, Value }) => [text(Key) ?? "", text(Value) ?? ""]));
}
