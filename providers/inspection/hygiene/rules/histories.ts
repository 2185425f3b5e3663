import { filled, left } from "#providers/inspection/hygiene/look";
import type { Rule } from "#providers/inspection/hygiene/rule";

/** What people and programs remember of the build. */
export const historyRules: readonly Rule[] = [
  {
    id: "hygiene/shell-history",
    title: "No history of a shell",
    why: "It tells commands of the build, now and then with a password.",
    mend: "Remove ~/.bash_history and its like in the clean-up, after the last login shell.",
    severity: "medium",
    source: "AWS: Guidelines for shared Linux AMIs",
    find: filled("~/.bash_history", "~/.zsh_history", "~/.zhistory", "~/.ash_history", "~/.sh_history", "~/.history", "~/.local/share/fish/fish_history"),
  },
  {
    id: "hygiene/program-history",
    title: "No history of a program",
    why: "Statements and searches of the build, passwords of databases among them, go out with the image.",
    mend: "Remove the files in the clean-up.",
    severity: "low",
    find: filled(
      "~/.python_history", "~/.node_repl_history", "~/.lesshst", "~/.viminfo", "~/.local/state/nvim/**", "~/.mysql_history", "~/.psql_history",
      "~/.sqlite_history", "~/.rediscli_history", "~/.irb_history", "~/.local/share/recently-used.xbel",
    ),
  },
  {
    id: "hygiene/download-history",
    title: "No traces of downloads",
    why: "They tell which hosts the builder asked.",
    mend: "Remove ~/.wget-hsts and its like in the clean-up.",
    severity: "low",
    source: "wget(1), --hsts-file",
    find: left("~/.wget-hsts", "~/.curl-hsts", "~/.local/share/wget/*"),
  },
  {
    id: "hygiene/editor-leftovers",
    title: "No copies of edited files",
    why: "Editors keep what a file was before, the password that was taken out of it too.",
    mend: "Remove `*~`, `.*.swp` and `#*#` below /etc and in homes in the clean-up.",
    severity: "low",
    find: left("/etc/*~", "/etc/*/*~", "/etc/*/*/*~", "/etc/.*.sw*", "/etc/*/.*.sw*", "/etc/*/*/.*.sw*", "~/*~", "~/.*~", "~/.*.sw*", "~/#*#"),
  },
  {
    id: "hygiene/home-cache",
    title: "No caches in homes",
    why: "Programs keep there what they fetched, tokens now and then; it is of no use to another machine.",
    mend: "`rm -rf ~/.cache` for every home in the clean-up.",
    severity: "low",
    find: filled("~/.cache/**", "~/.npm/_cacache/**", "~/.cargo/registry/**", "~/.gradle/caches/**"),
  },
  {
    id: "hygiene/mail",
    title: "No mail",
    why: "Cron and monitoring mail root about the build's machine.",
    mend: "Empty /var/mail and the mail queue in the clean-up.",
    severity: "low",
    find: filled(
      "/var/mail/*", "/var/spool/mail/*", "/var/spool/postfix/maildrop/*", "/var/spool/postfix/deferred/**", "/var/spool/exim4/input/*",
      "~/mbox", "~/dead.letter", "~/Maildir/**",
    ),
  },
];
