#!/usr/bin/perl
# An outer terminal for the benchmark: runs a program on a pty of its own, reads what it draws and throws it away.
# Perl because a reader in Node would take as much processor time from the programs under test as they use themselves.
#
#   perl outer-terminal.pl COLUMNS ROWS PROGRAM ARGUMENTS...
#
# Orders come one a line on stdin; each is answered by one line of JSON on stdout:
#   send HEX              types bytes
#   expect MS HEX         waits until these bytes were drawn; says when, in ms since the program was started
#   clear                 forgets what was drawn until now (for `expect`)
#   rate BYTES            drains at most so many bytes a second from now on; 0: no limit
#   idle MS               drains for so long
#   keys COUNT GAP_MS     types single characters at random times, waits for each to be drawn; microseconds of each
#   bytes                 how many bytes were drawn so far, the program's process id, and processor seconds of ours
#   end                   hangs up and leaves
use strict;
use warnings;
use Fcntl;
use POSIX qw(setsid);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC usleep);

my ($cols, $rows, @command) = @ARGV;
my ($TIOCSPTLCK, $TIOCGPTN, $TIOCSWINSZ, $TIOCSCTTY) = (0x40045431, 0x80045430, 0x5414, 0x540E);
$| = 1;

sysopen(my $master, '/dev/ptmx', O_RDWR | O_NOCTTY) or die "no pty: $!";
my $unlock = pack('i', 0);
ioctl($master, $TIOCSPTLCK, $unlock) or die "unlock: $!";
my $number = pack('i', 0);
ioctl($master, $TIOCGPTN, $number) or die "number: $!";
my $slave_path = '/dev/pts/' . unpack('i', $number);
sysopen(my $slave, $slave_path, O_RDWR | O_NOCTTY) or die "$slave_path: $!";
my $size = pack('S4', $rows, $cols, 0, 0);
ioctl($slave, $TIOCSWINSZ, $size) or die "size: $!";

my $started = now();
my $child = fork();
die "fork: $!" unless defined $child;
if ($child == 0) {
  setsid();
  ioctl($slave, $TIOCSCTTY, 0);
  POSIX::dup2(fileno($slave), $_) for 0 .. 2;
  close($master);
  exec { $command[0] } @command or exit(127);
}
close($slave);

my ($drawn, $tail, $keep_tail, $rate, $tokens, $refilled, $closed) = (0, '', 1, 0, 0, now(), 0);
my ($orders, $end) = ('', '');
fcntl(STDIN, F_SETFL, fcntl(STDIN, F_GETFL, 0) | O_NONBLOCK);
fcntl($master, F_SETFL, fcntl($master, F_GETFL, 0) | O_NONBLOCK);

while (1) {
  drain(0.05, 1);
  my $got = sysread(STDIN, my $more, 4096);
  if (defined $got && $got == 0) { leave() }
  $orders .= $more if $got;
  while ($orders =~ s/^([^\n]*)\n//) { obey(split / /, $1) }
}

sub now { clock_gettime(CLOCK_MONOTONIC) }

# Waits up to so many seconds for output (or orders), reads once; returns what came.
sub drain {
  my ($seconds, $heed_orders) = @_;
  if ($rate > 0) {
    my $time = now();
    $tokens += ($time - $refilled) * $rate;
    # At most 4 ms worth in one go, as a link of that speed delivers it.
    my $most = $rate * 0.004;
    $most = 4096 if $most < 4096;
    $tokens = $most if $tokens > $most;
    $refilled = $time;
    if ($tokens < 512) {
      my $pause = (512 - $tokens) / $rate;
      $pause = $seconds if $pause > $seconds;
      usleep($pause * 1e6) if $pause > 0;
      return '';
    }
  }
  my $in = '';
  vec($in, fileno($master), 1) = 1 unless $closed;
  vec($in, fileno(STDIN), 1) = 1 if $heed_orders;
  select(my $out = $in, undef, undef, $seconds);
  return '' if $closed || !vec($out, fileno($master), 1);
  my $want = $rate > 0 ? int($tokens) : 65536;
  my $got = sysread($master, my $text, $want);
  if (!defined $got) {
    $closed = 1 unless $!{EAGAIN} || $!{EINTR};
    return '';
  }
  if ($got == 0) { $closed = 1; return '' }
  $tokens -= $got if $rate > 0;
  $drawn += $got;
  # A program without a multiplexer asks us where the cursor is.
  if (index($end . $text, "\e[6n") >= 0) { syswrite($master, "\e[1;1R"); $end = '' }
  else { $end = $got >= 3 ? substr($text, -3) : substr($end . $text, -3) }
  if ($keep_tail) {
    $tail .= $text;
    $tail = substr($tail, -65536) if length($tail) > 262144;
  }
  return $text;
}

sub obey {
  my ($verb, @words) = @_;
  if ($verb eq 'send') { type(pack('H*', $words[0])); answer('{}') }
  elsif ($verb eq 'expect') { expect($words[0] / 1000, pack('H*', $words[1])) }
  elsif ($verb eq 'clear') { $tail = ''; answer('{}') }
  elsif ($verb eq 'rate') { $rate = $words[0]; $refilled = now(); $tokens = 0; answer('{}') }
  elsif ($verb eq 'idle') { my $until = now() + $words[0] / 1000; drain($until - now(), 0) while now() < $until; answer('{}') }
  elsif ($verb eq 'keys') { keys_probe(@words) }
  elsif ($verb eq 'bytes') {
    my ($user, $system) = times();
    answer(sprintf '{"bytes":%d,"pid":%d,"cpu":%.3f,"closed":%s}', $drawn, $child, $user + $system, $closed ? 'true' : 'false');
  }
  elsif ($verb eq 'end') { leave() }
}

sub answer { print STDOUT "$_[0]\n" }

sub type {
  my ($bytes) = @_;
  while (length $bytes) {
    my $took = syswrite($master, $bytes);
    if (defined $took) { $bytes = substr($bytes, $took) }
    else { drain(0.002, 0) }
  }
}

sub expect {
  my ($seconds, $wanted) = @_;
  my $asked = now();
  $keep_tail = 1;
  until (index($tail, $wanted) >= 0) {
    if ($closed || now() - $asked > $seconds) { answer('{"found":false}'); return }
    drain(0.05, 0);
  }
  answer(sprintf '{"found":true,"sinceStartMs":%.2f,"sinceAskedMs":%.2f}', (now() - $started) * 1000, (now() - $asked) * 1000);
}

# Characters that end no escape sequence and that no payload has.
sub keys_probe {
  my ($count, $gap_ms) = @_;
  my @characters = qw(Q W V Y N);
  my (@micros, $timeouts);
  $timeouts = 0;
  ($keep_tail, $tail) = (0, '');
  for my $index (0 .. $count - 1) {
    my $until = now() + rand(2 * $gap_ms) / 1000;
    drain($until - now(), 0) while now() < $until;
    my $character = $characters[$index % @characters];
    my $typed = now();
    syswrite($master, $character);
    my $seen = 0;
    while (!$seen && now() - $typed < 1) {
      my $text = drain(0.25, 0);
      $seen = 1 if index($text, $character) >= 0;
    }
    if ($seen) { push @micros, int((now() - $typed) * 1e6) } else { $timeouts++ }
    if ($index % 60 == 59) {
      # A line of a cooked terminal is bounded; `cat` then prints it once more.
      type("\r");
      my $quiet = now() + ($rate > 0 ? 0.6 : 0.15);
      drain($quiet - now(), 0) while now() < $quiet;
    }
  }
  $keep_tail = 1;
  answer('{"micros":[' . join(',', @micros) . "],\"timeouts\":$timeouts}");
}

sub leave {
  close($master);
  kill 'HUP', $child;
  exit(0);
}
