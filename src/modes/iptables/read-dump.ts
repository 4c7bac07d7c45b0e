import { type Dump } from '../../netfilter/iptables/dump.ts';
import { parseDump } from '../../netfilter/iptables/parse-dump.ts';
import { type IpFamily } from '../../text/ip.ts';
import { type Outcome } from '../../diagnostics/diagnostic.ts';
import { type Source } from '../../text/source.ts';
import { isOwnChain } from './rules/chain-roles.ts';
import { isNatChain } from './rules/own-rules.ts';

/**
 * Reads a node's rules with {@link parseDump}. kube-proxy's chains, and rules that lead there, are checked strictly: a
 * value that iptables cannot have printed is an error. Rules of other software are kept word by word. The table of an
 * excerpt is told by kube-proxy's chains, too.
 */
export const readDump = (source: Source, assumedFamily: IpFamily = 'IPv4'): Outcome<Dump | undefined> =>
  parseDump(source, assumedFamily, {
    isNatChain,
    mustBeWhole: (chain, target) => isOwnChain(chain) || (target !== undefined && isOwnChain(target)),
  });
