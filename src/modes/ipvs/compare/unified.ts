/** The unified diff between what a node of mode ipvs should hold and what it holds. */
import { printEntry, printSetType } from '../../../netfilter/ipset/print.ts';
import { type SetDefinition } from '../../../netfilter/ipset/model.ts';
import { type RuleSet } from '../../../netfilter/iptables/model.ts';
import { isBuiltIn, printRule } from '../../../netfilter/iptables/print.ts';
import { type VirtualServer } from '../../../netfilter/ipvs/model.ts';
import { printRealServer, printVirtualAddress, printVirtualServer } from '../../../netfilter/ipvs/print.ts';
import { type DiffLine, diffLines, printHunks } from '../../../text/hunks.ts';
import { compareText } from '../../../text/natural-order.ts';
import { type Comparison } from '../../comparison.ts';
import { type UnifiedRequest } from '../../mode.ts';
import { type IpvsDump } from '../dump.ts';
import { addressKey, entryKey, type IpvsModel, type Owners } from '../model.ts';
import { isKubelets } from './rules.ts';

/** Returns the hunks between what should be on a node and its dump, for the wanted service ports. */
export function unifiedHunks(
  expected: IpvsModel,
  actual: IpvsDump,
  { leftovers }: Comparison<string>,
  { parts, isWanted }: UnifiedRequest,
): string {
  const { owners } = expected;
  const isShown = (part: string): boolean => parts?.includes(part) ?? true;
  const ignored = new Set(leftovers);
  const lines: DiffLine[] = [];
  const add = (expectedLines: readonly string[], actualLines: readonly string[]): void => {
    for (const line of diffLines(expectedLines, actualLines, TEXT)) lines.push(line);
  };
  if (actual.rules !== undefined && isShown('iptables') && isWanted(undefined)) {
    const jumps = new Set(ruleLines(expected.rules, () => true, ignored));
    add(
      [...jumps],
      ruleLines(actual.rules, (line) => jumps.has(line), ignored),
    );
  }
  if (actual.sets !== undefined && isShown('ipset'))
    add(setLines(expected.sets, owners, isWanted, ignored), setLines(actual.sets, owners, isWanted, ignored));
  if (actual.servers !== undefined && isShown('ipvs'))
    add(serverLines(expected.servers, owners, isWanted), serverLines(actual.servers, owners, isWanted));
  if (actual.addresses !== undefined && isShown('addresses'))
    add(addressLines(expected.addresses, owners, isWanted), addressLines(actual.addresses, owners, isWanted));
  return printHunks(lines);
}

const itself = (line: string): string => line;
const TEXT = { key: itself, text: itself };

type IsWanted = UnifiedRequest['isWanted'];

/** The rules of kube-proxy's chains, and those of built-in chains that are asked for. */
function ruleLines(
  { tables, family }: RuleSet,
  isOwn: (line: string) => boolean,
  ignored: ReadonlySet<string>,
): readonly string[] {
  return (['filter', 'nat'] as const).flatMap((name) =>
    tables
      .filter((table) => table.name === name)
      .flatMap(({ chains }) =>
        chains
          .filter((chain) => isBuiltIn(chain) || chain.name.startsWith('KUBE-'))
          .filter((chain) => !isKubelets(name, chain.name) && !ignored.has(chain.name))
          .toSorted((a, b) => compareText(a.name, b.name))
          .flatMap((chain) => {
            const lines = chain.rules.map((rule) => printRule(chain.name, rule, family));
            return isBuiltIn(chain) ? lines.filter((line) => isOwn(line) && line.includes('KUBE-')) : lines;
          }),
      ),
  );
}

const setLines = (
  sets: readonly SetDefinition[],
  owners: Owners,
  isWanted: IsWanted,
  ignored: ReadonlySet<string>,
): readonly string[] =>
  sets
    .filter(({ name }) => !ignored.has(name))
    .toSorted((a, b) => compareText(a.name, b.name))
    .flatMap(({ name, type, entries }) => [
      ...(isWanted(undefined) ? [`create ${name} ${printSetType(type)}`] : []),
      ...entries
        .map((entry) => entryKey(name, printEntry(entry)))
        .filter((key) => isWanted(owners.get(key)))
        .sort(compareText),
    ]);

const serverLines = (
  servers: readonly VirtualServer[],
  owners: Owners,
  isWanted: IsWanted,
): readonly string[] =>
  servers
    .map((server) => ({ server, key: printVirtualAddress(server.address) }))
    .filter(({ key }) => isWanted(owners.get(key)))
    .sort((a, b) => compareText(a.key, b.key))
    .flatMap(({ server }) => [
      printVirtualServer(server),
      ...server.realServers.map((real) => printRealServer(server.address, real)).sort(compareText),
    ]);

const addressLines = (addresses: readonly string[], owners: Owners, isWanted: IsWanted): readonly string[] =>
  addresses.filter((ip) => isWanted(owners.get(addressKey(ip)))).sort(compareText);
