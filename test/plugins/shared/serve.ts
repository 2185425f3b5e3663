import grpc from "@grpc/grpc-js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import emptyMessage from "google-protobuf/google/protobuf/empty_pb.js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statusMessages from "@pulumi/pulumi/proto/status_pb.js";
import { HalfMade, type Plugin } from "./kind.ts";
import { installedSdk } from "./sdk-types.ts";
import { Verbs } from "./verbs.ts";
import { toWire } from "./wire.ts";

/**
 * Serves a plugin to the engine on a free port of 127.0.0.1, and tells it the port on standard output, as plugins do.
 *
 * A plugin is a program of one call, `await serve({ name: "aws", kinds: [ami, amiCopy], replace: ["region"], configure })`, with a `Kind` for each
 * type of resource: `{ token, replace, create, read, update, delete }`. Verbs take and give plain properties, as the SDK names them.
 * What is done here for all kinds: inputs are held against the SDK's types (sdk-types.ts), previews answer with what is not known
 * yet, refreshed and imported inputs follow from the state that `read` gives, an error's message reaches the user. install.ts makes
 * `test/plugins/<name>/plugin.ts` known to an engine.
 */
export async function serve<Client>(plugin: Plugin<Client>): Promise<void> {
  const sdk = installedSdk(plugin.name);
  const verbs = new Verbs(plugin, sdk);
  const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 2 ** 20 });
  const empty = async (): Promise<emptyMessage.Empty> => new emptyMessage.Empty();
  const missing = async (): Promise<never> => Promise.reject(Object.assign(new Error("a stand-in has none"), { code: grpc.status.UNIMPLEMENTED }));
  server.addService(providerServices.ResourceProviderService as unknown as grpc.ServiceDefinition, {
    handshake: unary(missing),
    parameterize: unary(missing),
    getMapping: unary(missing),
    getMappings: unary(missing),
    invoke: unary(missing),
    call: unary(missing),
    construct: unary(missing),
    attach: unary(empty),
    cancel: unary(empty),
    getPluginInfo: unary(async () => {
      const info = new pluginMessages.PluginInfo();
      info.setVersion(sdk.version);
      return info;
    }),
    getSchema: unary(async () => {
      const reply = new messages.GetSchemaResponse();
      reply.setSchema("{}");
      return reply;
    }),
    checkConfig: unary((request: messages.CheckRequest) => verbs.checkConfig(request)),
    diffConfig: unary((request: messages.DiffRequest) => verbs.diffConfig(request)),
    configure: unary((request: messages.ConfigureRequest) => verbs.configure(request)),
    check: unary((request: messages.CheckRequest) => verbs.check(request)),
    diff: unary((request: messages.DiffRequest) => verbs.diff(request)),
    create: unary((request: messages.CreateRequest) => verbs.create(request)),
    read: unary((request: messages.ReadRequest) => verbs.read(request)),
    update: unary((request: messages.UpdateRequest) => verbs.update(request)),
    delete: unary((request: messages.DeleteRequest) => verbs.delete(request).then(empty)),
  });
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
}

function unary<Request, Reply>(answer: (request: Request) => Promise<Reply>): grpc.handleUnaryCall<Request, Reply> {
  return ({ request }, reply) => {
    answer(request).then((value) => reply(null, value), (error: unknown) => reply(failure(error)));
  };
}

function failure(error: unknown): Partial<grpc.ServiceError> {
  const { code, message } = error as Error & { code?: unknown };
  const details = message || String(error);
  if (error instanceof HalfMade) return { code: grpc.status.UNKNOWN, details, metadata: halfMade(error) };
  return { code: typeof code === "number" ? code : grpc.status.UNKNOWN, details };
}

/** The engine takes what was made from the error's details. */
function halfMade({ message, found }: HalfMade): grpc.Metadata {
  const detail = new messages.ErrorResourceInitFailed();
  detail.setId(found.id);
  detail.setProperties(toWire(found.state));
  detail.setReasonsList([message]);
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusMessages.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return metadata;
}
