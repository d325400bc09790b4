import { join } from "node:path";
import type { HookKind } from "../../domain/hook/call.ts";
import type { LaunchRequest } from "./contract.ts";
import { shellQuoted, writePrivateFile } from "./files.ts";
import { KEPT_EVENTS, makeSpool, MAX_KEPT_CALLS, MAX_KEPT_CHARACTERS } from "./hook-spool.ts";

/** The agent waits no longer than 500 ms for all of it: behind this the locks on disk are asked, by Node. */
const CURL_DEADLINE_SECONDS = 0.3;
/** Curl's own deadline does not count what it waits for its standard input. */
const STDIN_DEADLINE_SECONDS = 0.45;

/**
 * Writes the script that an agent runs for every hook, with the event's name as its argument. It costs one process
 * besides the shell, and says nothing and ends with 0 on any trouble. Returns the shell command for an event.
 *
 * When no server answers, two things remain: before a tool, the locks that are known on disk still bind; and what proves
 * a delivery is kept for the next server (hook-spool.ts).
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
  writePrivateFile(script, scriptText(request, kind, curlConfig, makeSpool(request.paneDir)));
  // Read by a shell, not run as a program: a state directory may be mounted so that nothing in it runs.
  return (event) => `/bin/sh ${shellQuoted(script)} ${event}`;
}

function scriptText(request: LaunchRequest, kind: HookKind, curlConfig: string, spool: string): string {
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
# Keeps a call that got no answer: event, status of curl.
keep() {
  kept=$1.$2.$$
  [ "\${#input}" -le ${MAX_KEPT_CHARACTERS} ] || return 0
  set -- ${shellQuoted(spool)}/*
  [ $# -lt ${MAX_KEPT_CALLS} ] || return 0
  umask 077
  printf '%s' "$input" 2>/dev/null >${shellQuoted(spool)}/"$kept"
}
# An agent that never closes our input must not wait for us for ever.
bounded=
if command -v timeout >/dev/null 2>&1; then bounded='timeout ${STDIN_DEADLINE_SECONDS}'; fi
case $1 in
PreToolUse | ${KEPT_EVENTS.join(" | ")}) input=$($bounded cat) ;;
*)
  if command -v curl >/dev/null 2>&1; then
    answer=$($bounded curl -q -K ${shellQuoted(curlConfig)} -H "x-ia-tmux-call: $$" "${url}/$1" 2>/dev/null) && say "$answer"
    exit 0
  fi
  exec ${own} ${kind} "$1" 2>/dev/null
  ;;
esac
if command -v curl >/dev/null 2>&1; then
  answer=$(printf '%s' "$input" | curl -q -K ${shellQuoted(curlConfig)} -H "x-ia-tmux-call: $$" "${url}/$1" 2>/dev/null)
  status=$?
  [ $status = 0 ] && say "$answer"
else
  printf '%s' "$input" | ${own} ${kind} "$1"
  exit
fi
if [ "$1" != PreToolUse ]; then
  keep "$1" $status 2>/dev/null
  exit 0
fi
locks=$(cat ${shellQuoted(request.lockSnapshot)} 2>/dev/null)
case $locks in
*'"holder"'*) printf '%s' "$input" | ${own} --offline ${offline} ${kind} "$1" ;;
*) exit 0 ;;
esac
`;
}
