import { type SetDefinition } from '../../netfilter/ipset/model.ts';
import { type RuleSet } from '../../netfilter/iptables/model.ts';
import { type RealServer, type Transport, type VirtualServer } from '../../netfilter/ipvs/model.ts';
import { FORWARDING_OPTIONS, printVirtualServer, socketText } from '../../netfilter/ipvs/print.ts';
import { type IpFamily } from '../../text/ip.ts';
import { addressNumber } from '../../text/ip-number.ts';
import { chainCache } from '../chain-cache.ts';
import { localAddressesOf } from '../compile-context.ts';
import { only, subtract } from '../intervals.ts';
import { compileIptables } from '../iptables/compile-program.ts';
import { stateNumber } from '../packet-set.ts';
import { type BaseChain, type Program, type ProgramChain, type ProgramRule, type Step } from '../program.ts';
import { complement, divide, ONE, type Rational, subtract as less } from '../rational.ts';
import { choiceOf } from './schedulers.ts';

/** What decides about packets on a node of mode ipvs. */
export interface BalancedNode {
  readonly family: IpFamily;
  readonly rules: RuleSet;
  readonly sets: readonly SetDefinition[];
  readonly servers: readonly VirtualServer[];
  /** What the node has bound to an interface for its virtual servers. */
  readonly addresses: readonly string[];
}

/** The chain of all virtual servers. No tool prints it: it stands for the table of IPVS. */
const TABLE = 'ipvs/virtual-servers';

/**
 * The hooks where IPVS takes new connections: behind the rules of table filter for what comes in, behind nat for what
 * the host sends. (ip_vs_ops4, net/netfilter/ipvs/ip_vs_core.c)
 */
const HOOKED: readonly BaseChain[] = [
  { hook: 'INPUT', priority: 99, isNat: false, balances: true, chain: TABLE, policy: 'accept' },
  { hook: 'OUTPUT', priority: -98, isNat: false, balances: true, chain: TABLE, policy: 'accept' },
];

/**
 * Compiles rules, sets and virtual servers to a program. `nodeAddresses` are all addresses on the host's other
 * interfaces, of both families.
 */
export function compileIpvs(node: BalancedNode, nodeAddresses: readonly string[]): Program {
  const { family, rules, sets, servers, addresses } = node;
  const program = compileIptables(rules, [...nodeAddresses, ...addresses], sets);
  const byChain = new Map(servers.map((server) => [chainOf(server), server]));
  const table: ProgramChain = { id: TABLE, rules: tableRules(servers) };
  const chain = chainCache((id) => {
    const server = byChain.get(id);
    return server && { id, rules: serverRules(id, server) };
  });
  return {
    ...program,
    baseChains: [...program.baseChains, ...HOOKED],
    chain: (id) => (id === TABLE ? table : (chain(id) ?? program.chain(id))),
    virtualAddresses: subtract(program.localAddresses, localAddressesOf(family, nodeAddresses)),
  };
}

const PROTOCOLS: Readonly<Record<Transport, bigint>> = { tcp: 6n, udp: 17n, sctp: 132n };

/** `ipvs/10.96.0.20:80/TCP`. */
function chainOf({ address }: VirtualServer): string {
  if (address.kind === 'mark') return `ipvs/mark ${address.mark}`;
  return `ipvs/${socketText(address.ip, address.port)}/${address.protocol.toUpperCase()}`;
}

/** Virtual servers of marks are looked up first, and those of every port last. (ip_vs_service_find) */
function rankOf({ address }: VirtualServer): number {
  if (address.kind === 'mark') return 0;
  return address.port === 0 ? 2 : 1;
}

/** A rule for each virtual server. */
const tableRules = (servers: readonly VirtualServer[]): readonly ProgramRule[] =>
  servers
    .toSorted((a, b) => rankOf(a) - rankOf(b))
    .map((server, at) =>
      ruleOf(TABLE, at, () => printVirtualServer(server).replace('-A ', ''), [
        ...addressTests(server),
        { kind: 'field', field: 'conntrack', values: only(stateNumber('NEW')) },
        { kind: 'jump', chain: chainOf(server) },
      ]),
    );

const ruleOf = (chain: string, at: number, text: () => string, steps: readonly Step[]): ProgramRule => ({
  ref: { chain, number: at + 1, line: undefined, text },
  steps,
});

function addressTests({ address }: VirtualServer): readonly Step[] {
  if (address.kind === 'mark')
    return [{ kind: 'mark', of: 'packet', value: address.mark, mask: 0xffffffff, negated: false }];
  const field = (name: 'destination' | 'protocol' | 'destinationPort', value: bigint): Step => ({
    kind: 'field',
    field: name,
    values: only(value),
  });
  return [
    field('destination', addressNumber(address.ip)),
    field('protocol', PROTOCOLS[address.protocol]),
    ...(address.port === 0 ? [] : [field('destinationPort', BigInt(address.port))]),
  ];
}

/**
 * First clients that persistence keeps at their real server, then the choice of the scheduler. Without a real server
 * the connection is refused. (ip_vs_schedule, ip_vs_sched_persist, ip_vs_leave)
 */
function serverRules(chain: string, virtual: VirtualServer): readonly ProgramRule[] {
  const rules: ProgramRule[] = [];
  const add = (text: string, steps: readonly Step[]): void => {
    rules.push(ruleOf(chain, rules.length, () => text, steps));
  };
  const { candidates, by, isRefused } = choiceOf(virtual);
  const { persistence } = virtual;
  const listOf = ({ ip, port }: RealServer): string => `${chain} ${socketText(ip, port)}`;
  for (const { server } of persistence === undefined ? [] : candidates) {
    if (isRefused(server)) continue;
    const list = listOf(server);
    add(`-p ${persistence} -r ${socketText(server.ip, server.port)}`, [
      { kind: 'client', list, seconds: persistence, negated: false },
      { kind: 'remember', list },
      ...sendTo(server),
    ]);
  }
  let left: Rational = ONE;
  for (const [at, { server, share }] of candidates.entries()) {
    const ofThose = at === candidates.length - 1 ? ONE : divide(share, left);
    left = less(left, share);
    add(realServerText(server), [
      ...chanceOf(ofThose, by),
      ...(isRefused(server)
        ? [{ kind: 'reject' } as const]
        : [
            ...(persistence === undefined ? [] : [{ kind: 'remember', list: listOf(server) } as const]),
            ...sendTo(server),
          ]),
    ]);
  }
  if (candidates.length === 0) add('no real server takes new connections: refused', [{ kind: 'reject' }]);
  return rules;
}

/** The last of several takes what is left. */
function chanceOf(share: Rational, by: string | undefined): readonly Step[] {
  const isCertain = complement(share).numerator === 0n;
  if (isCertain && by === undefined) return [];
  return [{ kind: 'random', share: { intended: share, kernel: share }, ...(by !== undefined && { by }) }];
}

/** `-r 10.244.1.10:8080 -m -w 1`. */
const realServerText = ({ ip, port, forwarding, weight }: RealServer): string =>
  `-r ${socketText(ip, port)} ${FORWARDING_OPTIONS[forwarding]} -w ${weight}`;

function sendTo({ ip, port, forwarding }: RealServer): readonly Step[] {
  const choices = [{ address: addressNumber(ip), ...(port !== 0 && { port: BigInt(port) }) }];
  const sent: Step = { kind: 'translate-destination', choices, balances: true };
  return forwarding === 'masquerade'
    ? [sent]
    : [{ kind: 'unclear', what: `forwarding by ${forwarding}` }, sent];
}
