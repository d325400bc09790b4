import { join } from "node:path";
import type { HookKind } from "../../domain/hook/call.ts";
import { curlAddress, curlCarrier, PERL_ENVIRONMENT, perlCarrier } from "../../node/hook-carrier.ts";
import type { LaunchRequest } from "./contract.ts";
import { shellQuoted, writePrivateFile } from "./files.ts";
import { KEPT_EVENTS, makeSpool, MAX_KEPT_CALLS, MAX_KEPT_CHARACTERS } from "./hook-spool.ts";

/** Curl's own deadline does not count what it waits for its standard input. */
const STDIN_DEADLINE_SECONDS = 0.45;

/**
 * Writes the script that an agent runs for every hook, with the event's name as its argument. It costs one process
 * besides the shell: Perl, else curl, else our own program. It says nothing and ends with 0 on any trouble. Returns the
 * shell command for an event.
 *
 * When no server answers, two things remain: before a tool, the locks that are known on disk still bind; and what proves
 * a delivery is kept for the next server (hook-spool.ts).
 */
export function writeHookScript(request: LaunchRequest, kind: HookKind): (event: string) => string {
  const script = join(request.paneDir, "hook.sh");
  const carrier = join(request.paneDir, "hook.pl");
  const curlConfig = join(request.paneDir, "hook.curl");
  const url = `/hook/${kind}`;
  const carried = { ...request, url };
  writePrivateFile(carrier, perlCarrier(carried));
  // In a file, not on the command line: everybody can read the command lines of a machine.
  writePrivateFile(curlConfig, curlCarrier(carried));
  const files = { carrier, curlConfig, spool: makeSpool(request.paneDir) };
  writePrivateFile(script, scriptText(request, kind, url, files));
  // Read by a shell, not run as a program: a state directory may be mounted so that nothing in it runs.
  return (event) => `/bin/sh ${shellQuoted(script)} ${event}`;
}

interface Files {
  readonly carrier: string;
  readonly curlConfig: string;
  readonly spool: string;
}

function scriptText(request: LaunchRequest, kind: HookKind, url: string, files: Files): string {
  const own = `${shellQuoted(request.node)} ${shellQuoted(request.mainScript)} hook`;
  const offline = `${shellQuoted(request.lockSnapshot)} ${shellQuoted(request.projectRoot)}`;
  const perlEnvironment = Object.entries(PERL_ENVIRONMENT)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
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
# Keeps a call that got no answer: event, why (in the numbers of curl).
keep() {
  kept=$1.$2.$$
  [ "\${#input}" -le ${MAX_KEPT_CHARACTERS} ] || return 0
  set -- ${shellQuoted(files.spool)}/*
  [ $# -lt ${MAX_KEPT_CALLS} ] || return 0
  umask 077
  printf '%s' "$input" 2>/dev/null >${shellQuoted(files.spool)}/"$kept"
}
carried=
if command -v perl >/dev/null 2>&1; then
  # On trouble its answer is what came in.
  answer=$(${perlEnvironment} perl ${shellQuoted(files.carrier)} "$1" $$ 2>/dev/null)
  status=$?
  [ $status = 0 ] && say "$answer"
  input=$answer
  # Another status is none of the carrier's: what is called perl here does not run, and has read nothing.
  case $status in
  0 | 7 | 28 | 52) carried=1 ;;
  esac
fi
if [ -z "$carried" ]; then
  # An agent that never closes our input must not wait for us for ever.
  bounded=
  if command -v timeout >/dev/null 2>&1; then bounded='timeout ${STDIN_DEADLINE_SECONDS}'; fi
  input=$($bounded cat)
  if ! command -v curl >/dev/null 2>&1; then
    printf '%s' "$input" | ${own} ${kind} "$1"
    exit
  fi
  answer=$(printf '%s' "$input" | curl -q -K ${shellQuoted(files.curlConfig)} -H "x-ia-tmux-call: $$" "${curlAddress(url, "$1")}" 2>/dev/null)
  status=$?
  [ $status = 0 ] && say "$answer"
fi
case $1 in
PreToolUse) ;;
${KEPT_EVENTS.join(" | ")})
  keep "$1" $status 2>/dev/null
  exit 0
  ;;
*) exit 0 ;;
esac
locks=$(cat ${shellQuoted(request.lockSnapshot)} 2>/dev/null)
case $locks in
*'"holder"'*) printf '%s' "$input" | ${own} --offline ${offline} ${kind} "$1" ;;
*) exit 0 ;;
esac
`;
}
