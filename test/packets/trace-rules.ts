import { readDump } from '../../src/modes/iptables/read-dump.ts';
import { readSets } from '../../src/netfilter/ipset/read.ts';
import { compileIptables } from '../../src/packets/iptables/compile-program.ts';
import { type Program } from '../../src/packets/program.ts';
import { formatRational } from '../../src/packets/rational.ts';
import { type TracedPacket, tracePacket } from '../../src/trace/trace-packet.ts';
import { packetsFor } from '../../src/trace/questions.ts';
import { familyOf, type IpFamily } from '../../src/text/ip.ts';

/** A packet to trace; the rest is plain: from outside, TCP, by eth0. */
export interface Asked {
  readonly from?: string;
  /** `IP:PORT[/PROTOCOL]` */
  readonly to?: string;
  readonly local?: boolean;
  readonly inInterface?: string;
}

export const NODE_ADDRESSES = ['192.168.0.2', 'fd00:192::2'];

/** Rules by table: `{ nat: ['-A PREROUTING -j X', ...] }`. Chains are declared as the rules name them. */
export type Rules = Readonly<Record<string, readonly string[]>>;

const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
};

/** The text of iptables-save; `-P CHAIN DROP` sets a policy. */
export function saveText(rules: Rules): string {
  return Object.entries(rules)
    .map(([table, lines]) => {
      const policies = new Map(
        lines.flatMap((line) => {
          const [, chain, policy] = /^-P (\S+) (\S+)$/.exec(line) ?? [];
          return chain === undefined || policy === undefined ? [] : [[chain, policy] as const];
        }),
      );
      const builtIn = BUILT_IN[table] ?? [];
      const user = new Set(lines.flatMap((line) => /^-A (\S+)/.exec(line)?.[1] ?? []));
      const declared = [
        ...builtIn.map((chain) => `:${chain} ${policies.get(chain) ?? 'ACCEPT'} [0:0]`),
        ...[...user].filter((chain) => !builtIn.includes(chain)).map((chain) => `:${chain} - [0:0]`),
      ];
      return [`*${table}`, ...declared, ...lines.filter((line) => !line.startsWith('-P')), 'COMMIT', ''].join(
        '\n',
      );
    })
    .join('');
}

/** The rules as a program, with sets as `ipset save` prints them; throws when they cannot be read. */
export function programOf(rules: Rules, family: IpFamily = 'IPv4', sets = ''): Program {
  const { value: dump, problems } = readDump({ name: 'rules', text: saveText(rules) }, family);
  if (dump === undefined) throw new Error(JSON.stringify(problems));
  return compileIptables(dump, NODE_ADDRESSES, readSets({ name: 'sets', text: sets }).value);
}

/** Traces one packet; throws when the rules cannot be read. */
export const trace = (rules: Rules, asked: Asked, family: IpFamily = 'IPv4'): TracedPacket =>
  traceProgram(programOf(rules, family), asked);

/** Traces one packet through a program. */
export function traceProgram(program: Program, asked: Asked): TracedPacket {
  const { family } = program;
  const isSix = family === 'IPv6';
  const here = {
    family,
    nodeAddresses: NODE_ADDRESSES.filter((address) => familyOf(address) === family),
    podNetwork: { family, address: isSix ? 'fd00:10:244::' : '10.244.0.0', prefix: isSix ? 56 : 16 },
    podInterface: undefined,
    taken: new Set<string>(),
    pods: new Map<string, readonly string[]>(),
    isBound: () => false,
  };
  const { local = false, inInterface = local ? undefined : 'eth0' } = asked;
  const from = asked.from ?? (isSix ? '2001:db8::9' : '172.30.9.9');
  const to = asked.to ?? (isSix ? '[fd00:96::1]:80' : '10.96.0.1:80');
  const nodes = new Map([[family, { program, portals: [], here }]]);
  const packets = packetsFor(to, { from, local, inInterface }, nodes);
  const [packet] = typeof packets === 'string' ? [] : packets;
  if (packet === undefined) throw new Error(`nobody can ask for ${to}`);
  return tracePacket(program, packet, false);
}

/** A line for each outcome: `1/2 DNAT 10.0.0.1:80 masquerade`. */
export function outcomes(rules: Rules, asked: Asked = {}, family: IpFamily = 'IPv4'): readonly string[] {
  return inWords(trace(rules, asked, family));
}

/** A line for each outcome of a packet. */
export function inWords(traced: TracedPacket): readonly string[] {
  if (traced.broken !== undefined) return [`broken at ${traced.broken.rule.chain}: ${traced.broken.why}`];
  return traced.outcomes.map(({ share, verdict, to, masquerade, undecided }) =>
    [
      formatRational(share),
      verdict,
      ...(to === null ? [] : [to]),
      ...(masquerade ? ['masquerade'] : []),
      ...undecided,
    ].join(' '),
  );
}
