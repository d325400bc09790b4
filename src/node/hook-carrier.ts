// The programs that carry an agent's hook to the server, as text: what hooks run, and what the doctor tries.

/** How long the carrier waits for the rest of its standard input, and then for the server. */
const STDIN_DEADLINE_SECONDS = 0.45;
const SERVER_DEADLINE_SECONDS = 0.3;

/** As the carrier's: the agent waits no longer than 500 ms for all of it, and behind this Node asks the locks on disk. */
const CURL_DEADLINE_SECONDS = 0.3;

export interface Carried {
  readonly hookSocket: string;
  /** The path of the request but for the event. */
  readonly url: string;
  readonly token: string;
}

/**
 * A program in Perl that carries one call of a hook to the server: its arguments are the event and the id of the call.
 * It prints the answer as HTTP; on trouble what came in, and ends with the status that curl has for that: 7 nobody
 * listens, 28 too late, 52 no answer that makes sense.
 *
 * Perl has Unix sockets built in and starts in a quarter of curl's time, if no module is loaded: even Socket and
 * Time::HiRes cost more than all the rest, so the few numbers of the system stand here.
 */
export function perlCarrier({ hookSocket, url, token }: Carried): string {
  return String.raw`# Carries a hook's call to the ia-tmux server. Made anew at every start of the pane.
use strict;
my ($event, $call) = @ARGV;
my ($input, $answer) = ('', '');
my $is_linux = $^O eq 'linux';
$SIG{PIPE} = 'IGNORE';
# Where the system does not say what is left of a wait, this ends them all.
$SIG{ALRM} = sub { give_up(28) };
alarm 1;
binmode STDIN;
binmode STDOUT;

sub give_up {
  print $input;
  exit shift;
}

my $left = ${STDIN_DEADLINE_SECONDS};
# Waits until a file can be read, or written; false when the time is over.
sub ready {
  my ($file, $to_write) = @_;
  vec(my $files = '', fileno $file, 1) = 1;
  (my $found, $left) = $to_write ? select(undef, $files, undef, $left) : select($files, undef, undef, $left);
  return $found > 0;
}

# One that never closes our input must not wait for us for ever: then it is what came until now.
while (ready(\*STDIN)) { last unless sysread STDIN, $input, 65536, length $input }

my $path = ${perlQuoted(hookSocket)};
socket(my $server, 1, 1, 0) or give_up(7);
my $address = $is_linux ? pack('Sa*x', 1, $path) : pack('CCa*x', 3 + length $path, 1, $path);
connect($server, $address) or give_up(7);

my $request = join "\r\n",
  "POST ${url}/$event HTTP/1.1",
  'host: ia-tmux',
  'x-ia-tmux-token: ' . ${perlQuoted(token)},
  "x-ia-tmux-call: $call",
  'content-type: application/json',
  'content-length: ' . length $input,
  '',
  $input;
$left = ${SERVER_DEADLINE_SECONDS};
my $do_not_wait = $is_linux ? 0x40 : 0x80;
for (my $sent = 0; $sent < length $request;) {
  ready($server, 1) or give_up(28);
  my $took = send $server, substr($request, $sent, 65536), $do_not_wait;
  # It may have answered before it had all.
  last unless defined $took;
  $sent += $took;
}
while (ready($server)) { last unless sysread $server, $answer, 65536, length $answer }
alarm 0;
$answer =~ /^HTTP\/1\.\d 200 .*?\r\ncontent-length: (\d+)\r\n.*?\r\n\r\n/is && length($answer) - $+[0] == $1
  or give_up($left > 0 ? 52 : 28);
print $answer;
`;
}

/** What Perl is told by the environment is the user's, and not for the carrier. */
export const PERL_ENVIRONMENT = { PERL5OPT: "", PERL_UNICODE: "0" } as const;

/** A configuration of curl's that carries one call, from its standard input; the event stands in the address. */
export function curlCarrier({ hookSocket, token }: Carried): string {
  return [
    "silent",
    "include",
    "fail",
    `unix-socket = ${JSON.stringify(hookSocket)}`,
    // A proxy of the user's is not for a socket on this machine.
    'noproxy = "*"',
    `max-time = ${CURL_DEADLINE_SECONDS}`,
    `header = "x-ia-tmux-token: ${token}"`,
    'header = "content-type: application/json"',
    'header = "expect:"',
    'data-binary = "@-"',
    "",
  ].join("\n");
}

/** The address that curl is given: the host is a name only. */
export function curlAddress(url: string, event: string): string {
  return `http://ia-tmux${url}/${event}`;
}

function perlQuoted(text: string): string {
  return `'${text.replaceAll(/[\\']/gu, String.raw`\$&`)}'`;
}
