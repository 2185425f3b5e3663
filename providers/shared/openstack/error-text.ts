/**
 * What a service says of an error, for the end of a message: `: Image not found`. Keystone and Nova answer JSON that differs,
 * Glance answers HTML.
 */
export function errorText(body: unknown): string {
  const said = typeof body === "string" ? body.replace(/<(title|h1)>.*?<\/\1>/gis, " ").replace(/<[^>]*>/g, " ") : messageIn(body);
  const line = said.replace(/&#x27;|&#39;/g, "'").replace(/&quot;/g, '"').replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&").replace(/\s+/g, " ").trim();
  return line && `: ${line.slice(0, 300)}`;
}

function messageIn(body: unknown): string {
  if (typeof body !== "object" || body === null) return "";
  for (const value of [body, ...(Object.values(body) as unknown[])]) {
    if (typeof value === "object" && value !== null && "message" in value && typeof value.message === "string") return value.message;
  }
  return "";
}
