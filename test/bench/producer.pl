#!/usr/bin/perl
# Prints a file again and again, MEGABYTES in all, to its terminal; then asks where the cursor is: the answer proves that
# everything before was understood. Writes the seconds it took to RESULT.
#
#   perl producer.pl FILE MEGABYTES RESULT
use strict;
use warnings;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my ($file, $megabytes, $result) = @ARGV;
open(my $input, '<:raw', $file) or die "$file: $!";
my $unit = do { local $/; <$input> };
close($input);
system('stty', 'raw', '-echo');
binmode(STDOUT);

my $left = $megabytes * 1024 * 1024;
my $started = clock_gettime(CLOCK_MONOTONIC);
while ($left > 0) {
  my $length = $left < length($unit) ? $left : length($unit);
  my $at = 0;
  while ($at < $length) {
    my $piece = $length - $at > 65536 ? 65536 : $length - $at;
    my $took = syswrite(STDOUT, $unit, $piece, $at);
    die "write: $!" unless defined $took;
    $at += $took;
  }
  $left -= $length;
}
# A sequence that was cut at the end is given up first.
syswrite(STDOUT, "\e\\\e[0m\e[6n");
my $answer = '';
until ($answer =~ /\e\[\d+;\d+R/) {
  my $got = sysread(STDIN, my $text, 64);
  last unless $got;
  $answer .= $text;
}
my $seconds = clock_gettime(CLOCK_MONOTONIC) - $started;
system('stty', 'sane');
print "\e[0m\e[2J\e[H";
open(my $output, '>', "$result.new") or die "$result: $!";
printf $output "%.4f\n", $seconds;
close($output);
rename("$result.new", $result);
