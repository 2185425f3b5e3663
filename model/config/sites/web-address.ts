/** Whether a text is an http or https URL that holds no credentials, query or fragment. */
export function isWebAddress(text: string): boolean {
  const address = URL.canParse(text) ? new URL(text) : undefined;
  return address !== undefined && /^https?:$/.test(address.protocol) && address.username === "" && address.password === "" && address.search === "" && address.hash === "";
}
