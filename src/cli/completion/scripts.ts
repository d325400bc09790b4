// What a shell runs at Tab: it hands the words over to `ia-tmux complete` and shows what that prints. So all three shells
// offer the same, and what is offered is never older than the program.
import { AppError } from "../../base/errors.ts";
import { inertText } from "../../domain/text/inert.ts";
import { DIRECTORIES, FILES } from "./complete.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

/** @throws AppError usage */
export function completionScript(shell: string): string {
  switch (shell) {
    case "bash":
      return BASH;
    case "zsh":
      return ZSH;
    case "fish":
      return FISH;
    default:
      throw new AppError("usage", `no completion for "${inertText(shell, 40)}"`, {
        hint: `Shells: ${SHELLS.join(", ")}.`,
      });
  }
}

/** Also for the bash 3.2 of macOS, which has no compopt. */
const BASH = `# Completion of ia-tmux: eval "$(ia-tmux completion bash)"
_ia_tmux() {
  local line cur="\${COMP_WORDS[COMP_CWORD]}" paths=""
  COMPREPLY=()
  [ "$cur" = "=" ] && cur=""
  while IFS= read -r line; do
    case "$line" in
      ${FILES}) paths=-f ;;
      ${DIRECTORIES}) paths=-d ;;
      *) COMPREPLY+=("$(printf %q "\${line%%$'\\t'*}")") ;;
    esac
  done < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  [ -n "$paths" ] || return 0
  compopt -o filenames 2>/dev/null
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen $paths -- "$cur")
}
complete -F _ia_tmux ia-tmux
`;

const ZSH = `#compdef ia-tmux
# Completion of ia-tmux: eval "$(ia-tmux completion zsh)", or a file _ia-tmux in a directory of $fpath
_ia_tmux() {
  local line paths=""
  local -a offered
  while IFS= read -r line; do
    case "$line" in
      ${FILES}) paths=files ;;
      ${DIRECTORIES}) paths=directories ;;
      *) offered+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done < <("\${(Q)words[1]}" complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  (( \${#offered} )) && _describe -V ia-tmux offered
  case "$paths" in
    files) _files ;;
    directories) _files -/ ;;
  esac
  return 0
}
if [ "\${funcstack[1]}" = _ia_tmux ] || [ "\${funcstack[1]}" = _ia-tmux ]; then
  _ia_tmux "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
  compdef _ia_tmux ia-tmux
fi
`;

const FISH = `# Completion of ia-tmux: ia-tmux completion fish | source
function __ia_tmux_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in (command $words[1] complete -- $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case '${FILES}'
                __fish_complete_path "$current"
            case '${DIRECTORIES}'
                __fish_complete_directories "$current"
            case '*'
                echo $line
        end
    end
end
complete -c ia-tmux -f -a '(__ia_tmux_complete)'
`;
