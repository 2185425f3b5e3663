/** Services whose API is spoken here; `upload` is where Cloud Storage takes bytes. */
export type GcpService = "compute" | "storage" | "upload" | "projects";

/** What messages call them. */
export const serviceNames: Readonly<Record<GcpService, string>> = { compute: "Compute Engine", storage: "Cloud Storage", upload: "Cloud Storage", projects: "Resource Manager" };

/** The address of a service, with its version and a slash at the end. The variables are those of the official plugin. */
export function endpointOf(service: GcpService, env: NodeJS.ProcessEnv = process.env): string {
  const storage = withSlash(env["GOOGLE_STORAGE_CUSTOM_ENDPOINT"] || "https://storage.googleapis.com/storage/v1/");
  switch (service) {
    case "compute":
      return withSlash(env["GOOGLE_COMPUTE_CUSTOM_ENDPOINT"] || "https://compute.googleapis.com/compute/v1/");
    case "projects":
      return withSlash(env["GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT"] || "https://cloudresourcemanager.googleapis.com/v1/");
    case "storage":
      return storage;
    case "upload":
      return storage.replace(/\/storage\/(v\d+\/)$/, "/upload/storage/$1");
  }
}

function withSlash(address: string): string {
  return address.endsWith("/") ? address : `${address}/`;
}
