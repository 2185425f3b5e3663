import { GcpError } from "#providers/shared/gcp/gcp-error";

const scopes = ["https://www.googleapis.com/auth/cloud-platform"];
/** Milliseconds for a token: looking for the metadata server and asking it is in them. */
const patience = 30_000;

interface Source {
  getRequestHeaders(): Promise<Headers>;
}

const sources = new Map<string, Promise<Source>>();

/**
 * Headers that say who we are, from the application default credentials: GOOGLE_APPLICATION_CREDENTIALS (a key, an impersonated
 * account, workload identity federation), else what `gcloud auth application-default login` left, else the metadata server. The
 * library keeps the token and renews it before it ends.
 * @param refused The last ones were not taken: they are not given again.
 * @throws GcpError
 */
export async function authorization(project: string, refused = false): Promise<Record<string, string>> {
  if (refused) sources.delete(project);
  const source = sources.get(project) ?? find(project);
  sources.set(project, source);
  try {
    return Object.fromEntries(await inTime(source.then((client) => client.getRequestHeaders())));
  } catch (error) {
    sources.delete(project);
    const cause = `there is no token: ${(error as Error).message.split("\n")[0]!.slice(0, 300)}`;
    throw new GcpError({ action: "log in to Google Cloud", place: `project ${project}`, cause, hint: "gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS" });
  }
}

async function find(projectId: string): Promise<Source> {
  const { GoogleAuth, gcpMetadata } = await import("google-auth-library");
  // whoever names a metadata server has one; else the library looks for it, for three seconds, and what it then believes is never looked at again
  if (process.env["GCE_METADATA_HOST"]) gcpMetadata.setGCPResidency(true);
  // without the project, the library would run gcloud to find one
  return new GoogleAuth({ scopes, projectId }).getClient();
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => (timer = setTimeout(() => reject(new Error(`no answer within ${patience / 1000} s`)), patience)));
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
