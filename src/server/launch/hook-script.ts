import { join } from "node:path";
import type { HookKind } from "../../domain/hook/call.ts";
import type { LaunchRequest } from "./contract.ts";
import { shellQuoted, writePrivateFile } from "./files.ts";

/** The server gives up at 450 ms; the agent must not wait longer than 500 for all of it. */
const CURL_DEADLINE_SECONDS = 0.4;

/**
 * Writes the script that an agent runs for every hook, with the event's name as its argument. It costs one process
 * besides the shell, and says nothing and ends with 0 on any trouble. Returns the shell command for an event.
 *
 * Only before a tool is there more to do when no server answers: the locks that are known on disk still bind.
 */
export function writeHookScript(request: LaunchRequest, kind: HookKind): (event: string) => string {
  const script = join(request.paneDir, "hook.sh");
  const curlConfig = join(request.paneDir, "hook.curl");
  // In a file, not on the command line: everybody can read the command lines of a machine.
  writePrivateFile(
    curlConfig,
    [
      "silent",
      "include",
      "fail",
      `unix-socket = ${JSON.stringify(request.hookSocket)}`,
      // A proxy of the user's is not for a socket on this machine.
      'noproxy = "*"',
      `max-time = ${CURL_DEADLINE_SECONDS}`,
      `header = "x-ia-tmux-token: ${request.token}"`,
      'header = "content-type: application/json"',
      'header = "expect:"',
      'data-binary = "@-"',
      "",
    ].join("\n"),
  );
  writePrivateFile(script, scriptText(request, kind, curlConfig), 0o700);
  return (event) => `${shellQuoted(script)} ${event}`;
}

function scriptText(request: LaunchRequest, kind: HookKind, curlConfig: string): string {
  const url = `http://ia-tmux/hook/${kind}`;
  const own = `${shellQuoted(request.node)} ${shellQuoted(request.mainScript)} hook`;
  const offline = `${shellQuoted(request.lockSnapshot)} ${shellQuoted(request.projectRoot)}`;
  const cr = "\r";
  return `#!/bin/sh
# A hook of an agent in ia-tmux: asks the server and answers in the agent's words. Made anew at every start of the pane.
say() {
  head=\${1%%"${cr}
${cr}
"*}
  body=\${1#*"${cr}
${cr}
"}
  case $head in
  HTTP/1.?" 200"*) ;;
  *) return 1 ;;
  esac
  [ "$body" != "$1" ] && [ -n "$body" ] && printf '%s' "$body"
  case $head in
  *"x-stderr: "*)
    error=\${head#*"x-stderr: "}
    printf '%s' "\${error%%"${cr}"*}" | base64 -d >&2
    ;;
  esac
  case $head in
  *"x-exit: 2"*) exit 2 ;;
  esac
  exit 0
}
case $1 in
PreToolUse) input=$(cat) ;;
*)
  if command -v curl >/dev/null 2>&1; then
    say "$(curl -q -K ${shellQuoted(curlConfig)} "${url}/$1" 2>/dev/null)"
    exit 0
  fi
  exec ${own} ${kind} "$1" 2>/dev/null
  ;;
esac
if command -v curl >/dev/null 2>&1; then
  say "$(printf '%s' "$input" | curl -q -K ${shellQuoted(curlConfig)} "${url}/$1" 2>/dev/null)"
else
  printf '%s' "$input" | ${own} ${kind} "$1"
  exit
fi
locks=$(cat ${shellQuoted(request.lockSnapshot)} 2>/dev/null)
case $locks in
*'"holder"'*) printf '%s' "$input" | ${own} --offline ${offline} ${kind} "$1" ;;
*) exit 0 ;;
esac
`;
}
