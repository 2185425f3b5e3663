import { PackageURL } from "packageurl-js";
import type { OsRelease } from "#providers/inspection/packages/os-release";
import type { Package } from "#providers/inspection/packages/package-database";

/**
 * `pkg:deb/debian/libssl3@3.0.17-1~deb12u2?arch=amd64&distro=debian-12&upstream=openssl`: with the distribution and the source
 * package, by which scanners look vulnerabilities up.
 */
export function packageUrl({ type, name, version, arch, source }: Package, os: OsRelease): string {
  const distro = os.version ? `${os.id}-${os.version}` : os.id;
  const [, epoch, rest = version] = (type === "rpm" && /^(\d+):(.*)$/s.exec(version)) || [];
  const qualifiers = { arch, distro, ...(epoch ? { epoch } : {}), ...(source !== name ? { upstream: source } : {}) };
  return new PackageURL(type, os.id, name, rest, qualifiers, undefined).toString();
}
