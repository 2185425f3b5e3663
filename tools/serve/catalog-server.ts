import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { compareVersions } from "#model/version";
import { channelsOf } from "#providers/local-catalog/channels";
import { imageDirs, publishedOf, wholeVersion } from "#providers/local-catalog/scan";
import { indexPage, type ListedImage } from "./index-page.ts";
import { sendFile } from "./send-file.ts";

export interface CatalogServer {
  /** `http://127.0.0.1:<port>/` */
  readonly url: string;
  /** Ends at once, running downloads too. */
  close(): Promise<void>;
}

/** Serves a catalog's directory on the loopback interface; what is published meanwhile is there at once. */
export async function serveCatalog(root: string, site: string, port: number): Promise<CatalogServer> {
  const server = createServer((request, response) => {
    answer(root, site, request, response).catch((error: Error) => refuse(response, 500, error.message));
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

/** What the catalog holds, by name, newest release first. */
export async function listImages(root: string): Promise<ListedImage[]> {
  const images = await Promise.all((await imageDirs(root)).map(async (image) => {
    const published = await publishedOf(root, image);
    const newestFirst = published.toSorted((a, b) => compareVersions(b.version, a.version));
    return { image, published: newestFirst, latest: wholeVersion(published), channels: await channelsOf(root, image) };
  }));
  return images.filter(({ published }) => published.length > 0);
}

async function answer(root: string, site: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader("X-Content-Type-Options", "nosniff");
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(response.setHeader("Allow", "GET, HEAD"), 405, "only GET and HEAD");
  const pathname = (request.url ?? "/").replace(/[?#].*$/s, "");
  if (pathname === "/") return sendPage(indexPage(site, await listImages(root)), request, response);
  if (!(await sendFile(root, pathname, request, response))) refuse(response, 404, "not found");
}

function sendPage(page: string, request: IncomingMessage, response: ServerResponse): void {
  const content = Buffer.from(page);
  response.writeHead(200, {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Length": content.length,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "no-store",
  });
  response.end(request.method === "HEAD" ? undefined : content);
}

function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}
