import { type Dump } from '../../netfilter/iptables/dump.ts';
import { parseDump } from '../../netfilter/iptables/parse-dump.ts';
import { type IpFamily } from '../../text/ip.ts';
import { type Outcome } from '../../text/problem.ts';
import { type Source } from '../../text/source.ts';
import { isNatChain } from './rules/own-rules.ts';

/** Reads a dump as parseDump does; the table of an excerpt is told by kube-proxy's chains, too. */
export const readDump = (source: Source, assumedFamily: IpFamily = 'IPv4'): Outcome<Dump | undefined> =>
  parseDump(source, assumedFamily, isNatChain);
