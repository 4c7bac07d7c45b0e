/** Captured cases, compiled and loaded into the kernel of the tests' node, and one wording for what both say. */
import { join } from 'node:path';
import { compile, isOfMode } from '../../src/compile.ts';
import { type Version } from '../../src/dialect/version.ts';
import { printRestore } from '../../src/modes/iptables/print-restore.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { compiledNode, type TracedNode } from '../../src/trace/node.ts';
import { formatEndpoint, type Packet } from '../../src/trace/packet.ts';
import { type PacketLine } from '../../src/trace/packets-file.ts';
import { packetOfLine } from '../../src/trace/questions.ts';
import { type TracedOutcome, tracePacket } from '../../src/trace/trace-packet.ts';
import { ORACLE, oracleRequest } from '../helpers/oracle.ts';
import { NODE_ADDRESSES } from '../trace/model-packets.ts';
import { type ModelPacket, ServiceModel } from '../trace/service-model.ts';
import { type Answer } from './conversation.ts';
import { type Hosts } from './hosts.ts';

/** A captured case as compiled for one family. */
export interface CompiledCase {
  readonly family: IpFamily;
  readonly node: TracedNode;
  readonly model: ServiceModel;
  /** What `compile --format restore` prints. */
  readonly restore: string;
}

const FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];

/** A case of each family in which the release writes rules. */
export function compiledCases(name: string, version: Version): readonly CompiledCase[] {
  return FAMILIES.flatMap((family) => {
    const { value } = compile(oracleRequest(name, version, family));
    if (value === undefined || !isOfMode(value, 'iptables') || value.model.tables.length === 0) return [];
    const model = new ServiceModel(join(ORACLE, name), NODE_ADDRESSES, family);
    return [{ family, node: compiledNode(value), model, restore: printRestore(value.model) }];
  });
}

/** What empties all tables. */
export const EMPTY = ['raw', 'mangle', 'nat', 'filter'].map((table) => `*${table}\nCOMMIT\n`).join('');

/** Puts rules in the place of all that were there, and forgets all connections. */
export async function load(
  hosts: Hosts,
  variant: string,
  cases: readonly Pick<CompiledCase, 'family' | 'restore'>[],
): Promise<void> {
  for (const { family, restore } of cases) {
    const program = `${family === 'IPv4' ? 'iptables' : 'ip6tables'}-${variant}-restore`;
    await hosts.onNode(program, [], EMPTY);
    await hosts.onNode(program, ['--noflush'], restore);
  }
  await hosts.forget();
}

/** The packet of a line; throws when trace does not know what is asked. */
export function packetFor(
  line: ModelPacket & Pick<PacketLine, 'knownTo'>,
  { family, node }: CompiledCase,
): Packet {
  const packet = packetOfLine(
    { inInterface: undefined, local: false, ...line, line: 1 },
    new Map([[family, node]]),
  );
  if (typeof packet === 'string') throw new Error(packet);
  return packet;
}

/** What trace says of a packet on these hosts, where no packet comes from a bridge. */
export const tracedHere = ({ node }: CompiledCase, packet: Packet): readonly TracedOutcome[] =>
  tracePacket(node.program, packet, false).outcomes.filter(
    ({ undecided }) => !undecided.some((text) => text.endsWith('! --physdev-is-in: does not match')),
  );

/** What trace promises, in words that {@link seen} has too. */
export const promised = ({ verdict, to, masquerade, undecided }: TracedOutcome): string =>
  [verdict, to, masquerade && 'masqueraded', ...undecided.filter((text) => !text.includes('physdev'))]
    .filter(Boolean)
    .join(' ');

/** What the kernel did with a packet. */
export function seen(
  answer: Answer | undefined,
  { destination, port }: Pick<Packet, 'destination' | 'port'>,
): string {
  if (answer?.verdict !== 'SENT') return answer?.verdict ?? 'no answer';
  const isTranslated = answer.address !== destination || answer.port !== port;
  const to = isTranslated ? `DNAT ${formatEndpoint(answer.address, answer.port)}` : 'ACCEPT';
  return answer.rewritten ? `${to} masqueraded` : to;
}
