# A host that sends any packet: lines `INTERFACE FRAME` (Ethernet) and `local PACKET` (from a process of this host),
# in hexadecimal. Prints the ICMP errors "destination unreachable" that reach this host, from the IP header on.
# The first argument, if there is one, is the only interface to listen on. Only perl-base is needed.
use strict;
use warnings;

# Numbers of Linux that perl-base has no names for.
use constant { AF_INET => 2, AF_INET6 => 10, AF_PACKET => 17, SOCK_RAW => 3, IPPROTO_RAW => 255 };
use constant { ETH_P_ALL => 3, SOL_SOCKET => 1, SO_RCVBUFFORCE => 33, MSG_DONTWAIT => 0x40, PACKET_OUTGOING => 4 };

my %index_of;

sub link_address {
  my ($name) = @_;
  $index_of{$name} //= do {
    open(my $file, '<', "/sys/class/net/$name/ifindex") or die "$name: $!";
    0 + <$file>;
  };
  return pack('S n i x12', AF_PACKET, ETH_P_ALL, $index_of{$name});
}

socket(my $link, AF_PACKET, SOCK_RAW, unpack('S', pack('n', ETH_P_ALL))) or die "packet socket: $!";
setsockopt($link, SOL_SOCKET, SO_RCVBUFFORCE, pack('i', 32 << 20)) or die "receive buffer: $!";
bind($link, link_address($ARGV[0])) or die "$ARGV[0]: $!" if @ARGV;
socket(my $raw4, AF_INET, SOCK_RAW, IPPROTO_RAW) or die "raw socket: $!";
socket(my $raw6, AF_INET6, SOCK_RAW, IPPROTO_RAW) or die "raw socket: $!";

sub send_line {
  my ($where, $hex) = split(' ', $_[0]);
  my $packet = pack('H*', $hex);
  if ($where ne 'local') {
    send($link, $packet, 0, link_address($where)) or die "$where: $!";
  } elsif (ord($packet) >> 4 == 4) {
    # Rules that drop the packet make send fail: that is an answer, not a mistake.
    send($raw4, $packet, 0, pack('S n a4 x8', AF_INET, 0, substr($packet, 16, 4)));
  } else {
    send($raw6, $packet, 0, pack('S n N a16 L', AF_INET6, 0, 0, substr($packet, 24, 16), 0));
  }
}

sub print_errors {
  while (defined(my $from = recv($link, my $frame, 2048, MSG_DONTWAIT))) {
    next if length($frame) < 62 || unpack('x10 C', $from) == PACKET_OUTGOING;
    my ($protocol4, $type4, $protocol6, $type6) = unpack('x23 C x10 C @20 C @54 C', $frame);
    my $version = ord(substr($frame, 14, 1)) >> 4;
    my $is_error = $version == 4 ? $protocol4 == 1 && $type4 == 3 : $protocol6 == 58 && $type6 == 1;
    print(unpack('H*', substr($frame, 14)), "\n") if $is_error;
  }
}

$| = 1;
print("ready\n");
my $rest = '';
my $wanted = '';
vec($wanted, fileno(STDIN), 1) = 1;
vec($wanted, fileno($link), 1) = 1;
while (select(my $ready = $wanted, undef, undef, undef) >= 0) {
  print_errors() if vec($ready, fileno($link), 1);
  next unless vec($ready, fileno(STDIN), 1);
  sysread(STDIN, $rest, 65536, length($rest)) or last;
  while ($rest =~ s/^([^\n]*)\n//) {
    send_line($1);
  }
}
