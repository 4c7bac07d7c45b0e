import { type Match, type Negatable, type Rule } from '../../netfilter/iptables/model.ts';
import { protocolNumber } from '../../netfilter/iptables/protocols.ts';
import { ANY_INTERFACE, interfacesLike } from '../interface-names.ts';
import { type Intervals, only } from '../intervals.ts';
import { type Field } from '../packet-set.ts';
import { type Share, type Step, type Test } from '../program.ts';
import {
  type CompileContext,
  conntrackTest,
  everyAddress,
  EVERY_PROTOCOL,
  fieldTest,
  NEVER,
} from '../compile-context.ts';
import { networkAddresses } from '../networks.ts';
import { otherMatch } from './other-matches.ts';

/** Returns the tests of the IP header in a rule. */
export function headerTests(rule: Rule, { family }: CompileContext): readonly Test[] {
  const everywhere = everyAddress(family);
  const tests: Test[] = [];
  const ask = (
    field: Field,
    asked: Negatable<string> | undefined,
    read: (text: string) => Intervals | undefined,
    everything: Intervals,
  ): void => {
    if (asked !== undefined) tests.push(headerTest(field, asked, read(asked.value), everything));
  };
  ask('destination', rule.destination, networkAddresses, everywhere);
  ask('source', rule.source, networkAddresses, everywhere);
  ask('inInterface', rule.inInterface, interfacesLike, ANY_INTERFACE);
  ask('outInterface', rule.outInterface, interfacesLike, ANY_INTERFACE);
  ask('protocol', rule.protocol, protocolSet, EVERY_PROTOCOL);
  // The first packet of a connection is whole, or the kernel reassembles it before all rules. (nf_defrag)
  if (rule.fragment !== undefined && rule.fragment.negated !== true) tests.push(NEVER);
  return tests;
}

const headerTest = (
  field: Field,
  { value, negated }: Negatable<string>,
  values: Intervals | undefined,
  everything: Intervals,
): Test =>
  values === undefined
    ? { kind: 'unknown', what: `${field} ${value}` }
    : fieldTest(field, values, negated === true, everything);

function protocolSet(name: string): Intervals | undefined {
  const number = protocolNumber(name);
  return number === undefined ? undefined : only(BigInt(number));
}

/** Returns the tests of a match; none when every packet passes it. `share` is the meaning of its `statistic`. */
export function matchTests(match: Match, share: Share | undefined, context: CompileContext): readonly Step[] {
  switch (match.kind) {
    case 'comment':
    case 'nfacct':
      return [];
    case 'port':
      return match.destination === undefined
        ? []
        : [{ kind: 'field', field: 'destinationPort', values: only(BigInt(match.destination)) }];
    case 'conntrack':
      return [conntrackTest(match.state.value, match.state.negated === true)];
    case 'mark':
      return [
        {
          kind: 'mark',
          of: 'packet',
          value: match.mark.value,
          mask: match.mask,
          negated: match.mark.negated === true,
        },
      ];
    case 'addrtype':
      return [
        ...localTest('source', match.source, context),
        ...localTest('destination', match.destination, context),
      ];
    case 'statistic':
      return share === undefined ? [] : [{ kind: 'random', share }];
    case 'recent':
      // `--set` always matches. The list matters to later packets.
      return 'set' in match.action
        ? [{ kind: 'remember', list: match.list }]
        : [{ kind: 'client', list: match.list, seconds: match.action.seconds, negated: false }];
    case 'other':
      return otherMatch(match.module, match.words, context);
  }
}

function localTest(
  field: 'source' | 'destination',
  asked: Negatable<'LOCAL'> | undefined,
  { family, localAddresses }: CompileContext,
): readonly Test[] {
  if (asked === undefined) return [];
  return [fieldTest(field, localAddresses, asked.negated === true, everyAddress(family))];
}
