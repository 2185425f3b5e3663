import { z } from "zod";

const messages = z.array(z.object({ default_message: z.string() }));
/** `/api` has type and messages side by side, `/rest` has messages in a value. */
const fault = z.union([
  z.object({ error_type: z.string(), messages: messages.default([]) }).transform(({ error_type: type, messages: said }) => ({ type, said })),
  z.object({ type: z.string(), value: z.object({ messages: messages.default([]) }).default({ messages: [] }) }).transform(({ type, value }) => ({ type: type.slice(type.lastIndexOf(".") + 1), said: value.messages })),
]);

/** What a vCenter says of an error, for the end of a message: `: NOT_FOUND, The resource is not there`. */
export function answerText(body: unknown): string {
  const parsed = fault.safeParse(body);
  const text = parsed.success ? [parsed.data.type, ...parsed.data.said.map((one) => one.default_message)].join(", ") : plain(body);
  return text && `: ${text.slice(0, 400)}`;
}

function plain(body: unknown): string {
  return typeof body === "string" ? body.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").trim() : "";
}
