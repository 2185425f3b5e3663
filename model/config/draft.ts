import type { ApprovalsInput, ChannelsInput, PromotionInput, RevokedInput } from "#model/config/channel-schema";
import type { GatesInput } from "#model/config/gates-schema";
import type { HookInput } from "#model/config/hooks-schema";
import type { ImageDefaultsInput, ImageInput, TargetInput } from "#model/config/image-schema";
import type { RequestsInput } from "#model/config/request-schema";
import type { SealInput } from "#model/config/seal-schema";
import type { SiteInput } from "#model/config/site-schema";
import type { SettingValue } from "#model/config/types";
import type { WaiverInput } from "#model/config/waiver-schema";

/**
 * The raw configuration without its faulty parts, so that references are checked even where something else is wrong.
 * Names of images, sites, groups and channels that have a fault are kept: what refers to them is not wrong for that. Lists may have
 * holes where a part of them was faulty.
 */
export interface Draft {
  readonly store?: string;
  readonly build?: "allow" | "never";
  readonly templates?: string;
  readonly variables?: Readonly<Record<string, SettingValue>>;
  readonly defaults?: { readonly images?: ImageDefaultsInput; readonly sites?: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
  readonly images: Readonly<Record<string, DraftImage>>;
  readonly sites: Readonly<Record<string, SiteInput>>;
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly gates?: GatesInput;
  readonly waivers?: readonly (Partial<WaiverInput> | undefined)[];
  readonly seal?: SealInput;
  readonly channels: ChannelsInput;
  readonly promotion?: Readonly<Record<string, PromotionInput>>;
  readonly approvals?: ApprovalsInput;
  readonly requests?: RequestsInput;
  readonly revoked?: RevokedInput;
  readonly revokedChildren?: "named" | "revoked";
  readonly hooks?: Readonly<Record<string, HookInput>>;
}

export type DraftImage = Omit<ImageInput, "targets"> & { readonly targets?: Readonly<Record<string, TargetInput>> };

/** Takes the values at the faulty paths out of a raw configuration. */
export function draftOf(raw: Readonly<Record<string, unknown>>, faulty: readonly (readonly PropertyKey[])[]): Draft {
  const copy = structuredClone(raw) as Record<string, unknown>;
  for (const keys of faulty) remove(copy, keys);
  const names = (key: string) => ({ ...blank(raw[key], key === "groups" ? [] : {}), ...(copy[key] as object | undefined) });
  return { ...copy, images: names("images"), sites: names("sites"), groups: names("groups"), channels: names("channels") } as unknown as Draft;
}

function blank(map: unknown, value: unknown): Record<string, unknown> {
  if (typeof map !== "object" || map === null || Array.isArray(map)) return {};
  return Object.fromEntries(Object.keys(map).map((key) => [key, value]));
}

function remove(root: Record<string, unknown>, keys: readonly PropertyKey[]): void {
  const last = keys.at(-1);
  const holder = keys.slice(0, -1).reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root);
  if (last === undefined || typeof holder !== "object" || holder === null) return;
  // A hole rather than a shorter list: what is left keeps its place in messages.
  if (Array.isArray(holder)) holder[Number(last)] = undefined;
  else delete (holder as Record<PropertyKey, unknown>)[last];
}
