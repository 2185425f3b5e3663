/** Moto's own: credentials that nobody gave out are of this account. */
export const mainAccount = "123456789012";

/** Whose access keys are, and which roles may be assumed. */
export class Accounts {
  readonly #keys = new Map<string, string>();
  readonly #expired = new Set<string>();
  readonly #roles = new Set<string>();

  of(accessKey: string | undefined): string {
    return this.#keys.get(accessKey ?? "") ?? mainAccount;
  }

  /** Makes a role that anybody may assume. @returns its ARN */
  role(account: string, name: string): string {
    const arn = `arn:aws:iam::${account}:role/${name}`;
    this.#roles.add(arn);
    return arn;
  }

  dropRole(arn: string): void {
    this.#roles.delete(arn);
  }

  mayAssume(arn: string): boolean {
    return this.#roles.has(arn);
  }

  issued(accessKey: string, arn: string): void {
    this.#keys.set(accessKey, arn.split(":")[4] ?? mainAccount);
  }

  /** Sessions of roles that were assumed so far are over, or one of them. */
  expireSessions(accessKey?: string): void {
    for (const key of accessKey === undefined ? this.#keys.keys() : [accessKey]) this.#expired.add(key);
  }

  expired(accessKey: string | undefined): boolean {
    return this.#expired.has(accessKey ?? "");
  }
}
