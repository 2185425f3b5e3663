/** Whether the engine would take a URN's name for one of the patterns. */
export function covers(args: readonly string[], flag: string, name: string): boolean {
  const patterns = args.flatMap((arg, index) => (args[index - 1] === flag ? [arg] : []));
  const regex = (pattern: string) => new RegExp(`^${pattern.split("**").map((part) => part.split("*").map((text) => text.replace(/[.$+^]/g, "\\$&")).join("[^:]*")).join(".*")}$`);
  const urns = [`urn:pulumi:dev::imagefleet::imagefleet:index:OsImage$T::${name}`, `urn:pulumi:dev::imagefleet::imagefleet:index:OsImage::${name}`];
  return patterns.some((pattern) => urns.some((urn) => regex(pattern).test(urn)));
}
