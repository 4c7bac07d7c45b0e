import { protocolNumber } from '../netfilter/iptables/protocols.ts';
import { evaluate } from '../packets/evaluate.ts';
import { only } from '../packets/intervals.ts';
import { onlyMark } from '../packets/mark-bits.ts';
import { type PacketOutcome } from '../packets/outcome.ts';
import { type Box, everyPacket, originNumber, stateNumber } from '../packets/packet-set.ts';
import { type Program } from '../packets/program.ts';
import { type IpFamily } from '../text/ip.ts';
import { addressNumber } from '../text/ip-number.ts';

/** A client outside the cluster, and an address that no host has. (RFC 5737, RFC 3849) */
const OUTSIDE: Readonly<Record<IpFamily, string>> = { IPv4: '203.0.113.10', IPv6: '2001:db8::10' };
const NOWHERE: Readonly<Record<IpFamily, string>> = { IPv4: '203.0.113.20', IPv6: '2001:db8::20' };

/**
 * Follows the first packet of a client outside the cluster through a chain of any mode's program. Returns where it may
 * go with which share, or undefined when the rules alone do not decide it. The evaluator calls only this chain from a
 * hook.
 */
export function spreadBy(
  program: Program,
  chain: string,
  protocol: string,
): readonly PacketOutcome[] | undefined {
  const base = { hook: 'PREROUTING', priority: 0, isNat: true, chain, policy: 'accept' } as const;
  const { outcomes, broken } = evaluate(
    { ...program, baseChains: [base] },
    firstPacket(program.family, protocol),
    { knownClients: false },
  );
  if (broken !== undefined || outcomes.some(({ assumptions }) => assumptions.length > 0)) return undefined;
  return outcomes.filter(({ verdict }) => verdict === 'DNAT');
}

function firstPacket(family: IpFamily, protocol: string): Box {
  const every = everyPacket(family);
  const fields = {
    ...every.fields,
    origin: only(originNumber('forwarded')),
    conntrack: only(stateNumber('NEW')),
    protocol: only(BigInt(protocolNumber(protocol) ?? 6)),
    source: only(addressNumber(OUTSIDE[family])),
    destination: only(addressNumber(NOWHERE[family])),
    sourcePort: only(40_000n),
    destinationPort: only(1n),
  };
  return { ...every, fields, mark: onlyMark(0) };
}
