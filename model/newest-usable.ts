/** Of versions, newest first, as many as `count` says; a revoked one takes the place of none that can be used. */
export function newestUsable(versions: readonly string[], count: number, revoked: ReadonlySet<string>): Set<string> {
  return new Set([...versions.slice(0, count), ...versions.filter((version) => !revoked.has(version)).slice(0, count)]);
}
