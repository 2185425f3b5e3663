/** Text that is a secret or tells one, by its form: used on files and on free blocks. */
export const secretPatterns = {
  // With a first line of the key itself: programs hold the header alone.
  "private-key": /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----\r?\n(?:[A-Za-z-]+: [^\n]*\r?\n)*(?:\r?\n)?[A-Za-z0-9+/=]{16,}/g,
  "aws-key": /\b(?:AKIA|ASIA)(?![A-Z0-9]{9}EXAMPLE)[A-Z2-7]{16}\b/g,
  token:
    /\b(?:gh[opsu]_[A-Za-z0-9]{36}|github_pat_\w{60,}|glpat-[\w-]{20,}|xox[bpars]-[\w-]{20,}|hvs\.[\w-]{24,}|npm_[A-Za-z0-9]{36}|AIza[\w-]{35}|eyJ[\w-]{16,}\.eyJ[\w-]{16,}\.[\w-]{16,})|\bAuthorization: *Bearer [\w.~+/-]{20,}|\bAccountKey=[A-Za-z0-9+/]{40,}/g,
  "url-password": /\b[a-z][a-z0-9+.-]{1,15}:\/\/(?!user(?:name)?:)[^\s/:@"'<>[\]{}$]{1,64}:(?!pass(?:word)?@)[^\s/:@"'<>[\]{}$]{3,128}@[\w.-]+/g,
  "password-hash": /\$6\$(?:rounds=\d+\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{86}|\$5\$(?:rounds=\d+\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{43}|\$y\$[./0-9A-Za-z]{1,8}\$[./0-9A-Za-z]{1,86}\$[./0-9A-Za-z]{43}/g,
  "public-key": /\b(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) AAAA[A-Za-z0-9+/]{60,}/g,
  "user-data": /#cloud-config\r?\n[^\0]{0,4096}?\b(?:ssh_authorized_keys|passwd|hashed_passwd|plain_text_passwd|chpasswd|password|write_files):/g,
} as const;

export type SecretKind = keyof typeof secretPatterns;

export function matches(kind: SecretKind, text: string): boolean {
  const pattern = secretPatterns[kind];
  pattern.lastIndex = 0;
  return pattern.test(text);
}
