import { X509Certificate } from "node:crypto";
import { each } from "#providers/inspection/hygiene/look";
import type { Rule } from "#providers/inspection/hygiene/rule";

const anchors = ["/usr/local/share/ca-certificates/**", "/etc/pki/ca-trust/source/anchors/*", "/usr/share/pki/trust/anchors/*", "/etc/pki/trust/anchors/*"];
const block = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Certificate authorities that the image trusts besides its distribution's. */
export const certificateRules: readonly Rule[] = [
  {
    id: "hygiene/ca-expired",
    title: "No certificate authority has expired",
    why: "It no longer does what it was put there for: connections fail.",
    mend: "Put the new certificate into the build, or remove the old one and run update-ca-certificates.",
    severity: "low",
    source: "update-ca-certificates(8)",
    find: each(anchors, async ({ path, type }, { text }) => {
      const expired = type === "file" ? certificates(await text(path)).filter(({ validTo }) => Date.parse(validTo) < Date.now()) : [];
      return expired[0] && `${nameOf(expired[0])} expired on ${new Date(expired[0].validTo).toISOString().slice(0, 10)}`;
    }),
  },
  {
    id: "hygiene/ca-local",
    title: "The distribution's certificate authorities only",
    why: "Whoever has the key of one more authority can pose as any host to machines of this image; for a company's own that is meant.",
    mend: "Remove the certificate if it was for the build's proxy only.",
    severity: "info",
    source: "update-ca-certificates(8)",
    find: each(anchors, async ({ path, type }, { text }) => {
      const found = type === "file" ? certificates(await text(path)) : [];
      return found[0] && `trusts ${nameOf(found[0])}`;
    }),
  },
];

function certificates(text: string): X509Certificate[] {
  return [...text.matchAll(block)].flatMap(([pem]) => {
    try {
      return [new X509Certificate(pem)];
    } catch {
      return [];
    }
  });
}

function nameOf({ subject }: X509Certificate): string {
  return /^CN=(.*)$/m.exec(subject)?.[1] ?? subject.replaceAll("\n", ", ");
}
