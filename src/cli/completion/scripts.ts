import { AppError } from "../base/errors.ts";
import { inertText } from "../domain/text/inert.ts";
import type { AnyCommand } from "./command.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

interface Entry {
  readonly path: readonly string[];
  readonly summary: string;
  readonly flags: readonly string[];
}

/** A script that completes commands, verbs and options. It asks nothing: it works without a server and at once. */
export function completionScript(shell: string, commands: readonly AnyCommand[]): string {
  const entries = entriesOf(commands);
  switch (shell) {
    case "bash":
      return bash(entries);
    case "zsh":
      return `#compdef ia-tmux\nautoload -U +X bashcompinit && bashcompinit\n${bash(entries)}`;
    case "fish":
      return fish(entries);
    default:
      throw new AppError("usage", `no completion for "${inertText(shell, 40)}"`, {
        hint: `Shells: ${SHELLS.join(", ")}.`,
      });
  }
}

function entriesOf(commands: readonly AnyCommand[]): Entry[] {
  return commands
    .filter((command) => !command.hidden)
    .flatMap((command) =>
      [command.name, ...(command.short ?? [])].map((name) => ({
        path: name.split(" "),
        summary: command.summary,
        flags: ["--json", ...Object.keys(command.options).map(flagOf)],
      })),
    );
}

function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function bash(entries: readonly Entry[]): string {
  const top = unique(entries.map((entry) => entry.path[0] as string));
  const verbs = top
    .map((noun) => ({
      noun,
      words: unique(entries.filter((e) => e.path[0] === noun && e.path[1]).map((e) => e.path[1]!)),
    }))
    .filter(({ words }) => words.length > 0)
    .map(({ noun, words }) => `    ${noun}) words="${words.join(" ")}" ;;`);
  const flags = entries.map((entry) => `    "${entry.path.join(" ")}") flags="${entry.flags.join(" ")}" ;;`);
  return `# Completion of ia-tmux: eval "$(ia-tmux completion bash)"
_ia_tmux() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" noun="\${COMP_WORDS[1]}" verb="\${COMP_WORDS[2]}" words="" flags=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${top.join(" ")} --help --version" -- "$cur"))
    return
  fi
  if [[ "$cur" == -* ]]; then
    case "$noun $verb" in
${flags.filter((line) => line.includes(" ", 6) && /"\S+ \S+"/.test(line)).join("\n")}
    esac
    [ -n "$flags" ] || case "$noun" in
${flags.filter((line) => /"\S+"\)/.test(line)).join("\n")}
    esac
    COMPREPLY=($(compgen -W "$flags --help" -- "$cur"))
    return
  fi
  if [ "$COMP_CWORD" -eq 2 ]; then
    case "$noun" in
${verbs.join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur") $(compgen -f -- "$cur"))
}
complete -o filenames -F _ia_tmux ia-tmux
`;
}

function fish(entries: readonly Entry[]): string {
  const lines = ["# Completion of ia-tmux: ia-tmux completion fish | source"];
  const seen = new Set<string>();
  for (const { path, summary, flags } of entries) {
    const [noun, verb] = path as [string, string | undefined];
    const text = summary.replace(/['\\]/g, "\\$&");
    if (!seen.has(noun))
      lines.push(`complete -c ia-tmux -n __fish_use_subcommand -f -a ${noun} -d '${verb ? noun : text}'`);
    seen.add(noun);
    if (verb)
      lines.push(`complete -c ia-tmux -n '__fish_seen_subcommand_from ${noun}' -a ${verb} -d '${text}'`);
    const condition = verb
      ? `__fish_seen_subcommand_from ${noun}; and __fish_seen_subcommand_from ${verb}`
      : `__fish_seen_subcommand_from ${noun}`;
    for (const flag of flags) lines.push(`complete -c ia-tmux -n '${condition}' -l ${flag.slice(2)}`);
  }
  return `${lines.join("\n")}\n`;
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)];
}
