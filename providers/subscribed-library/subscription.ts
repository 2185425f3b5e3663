import { X509Certificate } from "node:crypto";
import type { Library, SubscribedLibrarySpec } from "#providers/shared/vcenter/library";
import { pinnedCertificate } from "#providers/shared/vcenter/trust";
import type { SubscribedInputs } from "#providers/subscribed-library/inputs";

/**
 * SHA-1 fingerprint of a publisher's pinned certificate: a vCenter that is told it asks no authority. It is taken from the
 * certificate that has the pinned SHA-256, never from what the subscriber happens to see. Undefined where none is pinned.
 * @throws VcenterError where the publisher shows another certificate, or none.
 */
export async function sslThumbprint({ site, publisher }: SubscribedInputs): Promise<string | undefined> {
  if (publisher.thumbprint === undefined) return undefined;
  const { pem } = await pinnedCertificate({ site, ...publisher });
  return new X509Certificate(pem).fingerprint;
}

/** What the library is to be. */
export function specOf({ library, description, subscriptionUrl, download }: SubscribedInputs, thumbprint: string | undefined): SubscribedLibrarySpec {
  return {
    name: library,
    description,
    subscription: {
      url: subscriptionUrl,
      onDemand: download === "on-demand",
      automaticSync: false, // it would come at some time, and say nothing
      ...(thumbprint !== undefined && { sslThumbprint: thumbprint }),
    },
  };
}

/** How a library differs from what it is to be; nothing where it does not. */
export function differences({ name, description, subscription }: Library, spec: SubscribedLibrarySpec): string[] {
  const { url, onDemand, automaticSync, sslThumbprint: trusted } = spec.subscription;
  return [
    name !== spec.name && `called ${name} here`,
    description !== spec.description && `its description is "${description}"`,
    subscription?.url !== url && `it pulls from ${subscription?.url ?? "nowhere"}`,
    subscription && subscription.onDemand !== onDemand && `it copies ${onDemand ? "at once" : "on demand"}`,
    subscription && subscription.automaticSync !== automaticSync && "it syncs by itself",
    // not every vCenter tells it
    trusted !== undefined && subscription?.sslThumbprint !== undefined && !sameDigest(subscription.sslThumbprint, trusted) && "it trusts another certificate of its publisher",
  ].filter((one) => typeof one === "string");
}

function sameDigest(one: string, other: string): boolean {
  const plain = (text: string) => text.replaceAll(":", "").toLowerCase();
  return plain(one) === plain(other);
}
