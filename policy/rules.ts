import type { Policies } from "@pulumi/policy";
import { encrypted } from "./rules/encrypted.ts";
import { expirySet } from "./rules/expiry-set.ts";
import { imdsv2 } from "./rules/imdsv2.ts";
import { noWildcardShare } from "./rules/no-wildcard-share.ts";
import { publicApproved } from "./rules/public-approved.ts";
import { sealed } from "./rules/sealed.ts";
import { tagsComplete } from "./rules/tags-complete.ts";

/** In the order in which docs/policy.md has them. */
export const rules: Readonly<Policies> = [publicApproved, noWildcardShare, tagsComplete, encrypted, imdsv2, expirySet, sealed];
