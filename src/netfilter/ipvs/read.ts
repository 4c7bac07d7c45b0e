import { type Diagnostic, diagnostic, type Outcome } from '../../diagnostics/diagnostic.ts';
import { canonicalIp, familyOf } from '../../text/ip.ts';
import { placeAt, type Source } from '../../text/source.ts';
import { type RealServer, type VirtualAddress, type VirtualServer } from './model.ts';
import { printVirtualAddress } from './print.ts';
import { type Options, readOptions } from './read-options.ts';

/** Stops reading after so many errors, because such a text is no list of virtual servers. */
const MOST_ERRORS = 100;

/** A virtual server whose real servers are still being read. */
interface Draft extends VirtualServer {
  readonly realServers: RealServer[];
}

/**
 * Reads what `ipvsadm -S -n` prints. Returns undefined as the value when a line is damaged. Each problem names its
 * line.
 */
export function readServers(source: Source): Outcome<readonly VirtualServer[] | undefined> {
  const servers = new Map<string, Draft>();
  const problems: Diagnostic[] = [];
  let offset = 0;
  for (const line of source.text.split('\n')) {
    if (problems.length >= MOST_ERRORS) break;
    const wrong = readLine(line.trim(), servers);
    if (wrong !== undefined) {
      const place = placeAt(source, offset + line.length - line.trimStart().length);
      problems.push(diagnostic('dump-syntax', wrong, { place }));
    }
    offset += line.length + 1;
  }
  return { value: problems.length > 0 ? undefined : [...servers.values()], problems };
}

/** Reads one line. Returns what is wrong with it. */
function readLine(line: string, servers: Map<string, Draft>): string | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  const options = readOptions(line.split(/\s+/));
  if (typeof options === 'string') return options;
  const address = readVirtualAddress(options);
  if (typeof address === 'string') return address;
  const key = printVirtualAddress(address);
  const known = servers.get(key);
  if (options.command === 'add-service') {
    if (known !== undefined) return `${key} is added a second time here.`;
    const server = readVirtualServer(address, options);
    if (typeof server === 'string') return server;
    servers.set(key, server);
    return undefined;
  }
  if (known === undefined) return `${key} is not added ahead of its real server.`;
  const real = readRealServer(options);
  if (typeof real === 'string') return real;
  known.realServers.push(real);
  return undefined;
}

function readVirtualAddress({ service, isIPv6 }: Options): VirtualAddress | string {
  if (service === undefined) return 'A line names its virtual server with -t, -u, --sctp-service or -f.';
  const { kind, text } = service;
  if (kind === 'mark') {
    const mark = wholeNumber(text, 0xffffffff);
    if (mark === undefined) return `${text} is no mark.`;
    return { kind: 'mark', mark, family: isIPv6 ? 'IPv6' : 'IPv4' };
  }
  const socket = readSocket(text);
  return typeof socket === 'string' ? socket : { kind: 'address', protocol: kind, ...socket };
}

/** Reads `10.0.0.1:80` or `[fd00::1]:80`. */
function readSocket(text: string): { readonly ip: string; readonly port: number } | string {
  const [, inBrackets, bare, port = ''] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text) ?? [];
  const ip = inBrackets ?? bare ?? '';
  const number = wholeNumber(port, 65535);
  const family = familyOf(ip);
  const isRight = inBrackets === undefined ? family === 'IPv4' : family === 'IPv6';
  if (number === undefined || !isRight)
    return `${text} is no address with a port: ipvsadm prints numbers with -n.`;
  return { ip: canonicalIp(ip), port: number };
}

function readVirtualServer(address: VirtualAddress, options: Options): Draft | string {
  const { scheduler, persistence, netmask, schedulerFlags, others } = options;
  if (scheduler === undefined) return 'A virtual server has a scheduler: -s NAME.';
  const seconds = persistence === undefined ? undefined : wholeNumber(persistence, 0xffffffff);
  if (persistence !== undefined && seconds === undefined) return `${persistence} is no number of seconds.`;
  return {
    address,
    scheduler,
    persistence: seconds,
    netmask,
    schedulerFlags: schedulerFlags?.split(',') ?? [],
    options: others,
    realServers: [],
  };
}

function readRealServer({ realServer, forwarding, weight, others }: Options): RealServer | string {
  if (realServer === undefined) return 'A real server has an address: -r ADDRESS:PORT.';
  const socket = readSocket(realServer);
  if (typeof socket === 'string') return socket;
  const number = wholeNumber(weight ?? '1', 65535);
  if (number === undefined) return `${weight ?? ''} is no weight.`;
  return { ...socket, forwarding: forwarding ?? 'direct', weight: number, options: others };
}

function wholeNumber(text: string, most: number): number | undefined {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return number <= most ? number : undefined;
}
