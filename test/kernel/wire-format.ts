/** First packets of connections as bytes, and ICMP errors about them. */
import { isIPv6 } from 'node:net';
import { type Protocol, PROTOCOL_NUMBER } from '../../src/trace/portal.ts';
import { addressNumber, addressText } from '../../src/text/ip-number.ts';

/** The addresses of a first packet. */
export interface FirstPacket {
  readonly protocol: Protocol;
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
}

/** What every node of the tests has for a link address, on each of its interfaces. */
export const NODE_LINK_ADDRESS = '02:00:00:00:00:01';

/** An Ethernet frame to the node. */
export const frameOf = (packet: FirstPacket): Buffer =>
  Buffer.concat([
    Buffer.from(NODE_LINK_ADDRESS.replaceAll(':', ''), 'hex'),
    Buffer.from('020000000002', 'hex'),
    number16(isIPv6(packet.source) ? 0x86dd : 0x0800),
    packetOf(packet),
  ]);

/** An IP packet with right checksums: TCP SYN, UDP with a byte of data, or SCTP INIT. */
export function packetOf(packet: FirstPacket): Buffer {
  const [source, destination] = [addressBytes(packet.source), addressBytes(packet.destination)];
  const protocol = PROTOCOL_NUMBER[packet.protocol];
  const content = segmentOf(packet, Buffer.concat([source, destination]));
  if (isIPv6(packet.source)) {
    const header = Buffer.from([0x60, 0, 0, 0, 0, 0, protocol, 64]);
    header.writeUInt16BE(content.length, 4);
    return Buffer.concat([header, source, destination, content]);
  }
  const header = Buffer.concat([
    Buffer.from([0x45, 0, 0, 0, 0, 1, 0x40, 0, 64, protocol, 0, 0]),
    source,
    destination,
  ]);
  header.writeUInt16BE(header.length + content.length, 2);
  header.writeUInt16BE(internetChecksum(header), 10);
  return Buffer.concat([header, content]);
}

function segmentOf(packet: FirstPacket, addresses: Buffer): Buffer {
  const ports = Buffer.concat([number16(packet.sourcePort), number16(packet.destinationPort)]);
  if (packet.protocol === 'SCTP') return sctpInit(ports);
  const isTcp = packet.protocol === 'TCP';
  const segment = isTcp
    ? Buffer.concat([ports, Buffer.from('0000000100000000500210000000' + '0000', 'hex')])
    : Buffer.concat([ports, Buffer.from('00090000' + '21', 'hex')]);
  const pseudo = Buffer.concat([
    addresses,
    number16(PROTOCOL_NUMBER[packet.protocol]),
    number16(segment.length),
  ]);
  // UDP writes a sum of 0 as its complement: 0 means that there is none.
  const sum = internetChecksum(Buffer.concat([pseudo, segment])) || 0xffff;
  segment.writeUInt16BE(sum, isTcp ? 16 : 6);
  return segment;
}

/** Common header (tag 0, checksum CRC32c) and one INIT chunk. (RFC 9260, 3.1 and 3.3.2) */
function sctpInit(ports: Buffer): Buffer {
  const chunk = Buffer.from('01000014' + '00000001' + '00010000' + '00010001' + '00000001', 'hex');
  const segment = Buffer.concat([ports, Buffer.alloc(8), chunk]);
  segment.writeUInt32LE(crc32c(segment), 8);
  return segment;
}

/** A key by which tests know a connection: protocol, source and source port. */
export const connectionKey = (protocol: string, source: string, port: number | string): string =>
  `${protocol.toLowerCase()} ${source} ${port}`;

/** The connection that an ICMP error "port unreachable" is about, as {@link connectionKey}; undefined for other errors. */
export function unreachablePort(error: Buffer): string | undefined {
  const isSix = (error[0] ?? 0) >> 4 === 6;
  const about = isSix ? 40 : ((error[0] ?? 0) & 15) * 4;
  if (error[about + 1] !== (isSix ? 4 : 3)) return undefined;
  const inner = error.subarray(about + 8);
  const protocol = Object.entries(PROTOCOL_NUMBER).find(([, number]) => number === inner[isSix ? 6 : 9])?.[0];
  const source = isSix ? inner.subarray(8, 24) : inner.subarray(12, 16);
  const start = isSix ? 40 : ((inner[0] ?? 0) & 15) * 4;
  if (protocol === undefined || inner.length < start + 4) return undefined;
  const text = addressText(BigInt(`0x${source.toString('hex')}`), isSix ? 'IPv6' : 'IPv4');
  return connectionKey(protocol, text, inner.readUInt16BE(start));
}

function number16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

const addressBytes = (address: string): Buffer =>
  Buffer.from(
    addressNumber(address)
      .toString(16)
      .padStart(isIPv6(address) ? 32 : 8, '0'),
    'hex',
  );

/** RFC 1071. */
function internetChecksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** CRC32c, bit by bit. (RFC 9260, appendix A) */
function crc32c(bytes: Buffer): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) {
    remainder ^= byte;
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = (remainder >>> 1) ^ ((remainder & 1) === 1 ? 0x82f63b78 : 0);
    }
  }
  return ~remainder >>> 0;
}
