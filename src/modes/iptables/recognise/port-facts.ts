import { type LiveAddress, type PortFacts as AnyPortFacts, type SeenEndpoint } from '../../port-facts.ts';
import { type LivePort } from './live-ports.ts';
import { leadsToEndpoint, targetChain } from '../rules/chain-roles.ts';
import { commentOf } from '../rules/comments.ts';
import { type Rule, type RuleSet } from '../../../netfilter/iptables/model.ts';

/** What the rules tell of one service port. */
export type PortFacts = AnyPortFacts<LivePort>;

/** Looks up the rules of a chain of table nat; undefined when it is not there. */
export type NatChains = (name: string) => readonly Rule[] | undefined;

/** The chains of table nat by their names; of chains that stand twice the first counts. */
export function natChains({ tables }: RuleSet): NatChains {
  const found = new Map<string, readonly Rule[]>();
  for (const { name: table, chains } of tables) {
    if (table !== 'nat') continue;
    for (const { name, rules } of chains) if (!found.has(name)) found.set(name, rules);
  }
  return (name) => found.get(name);
}

/** Reads everything that the rules tell of a service port. */
export function portFacts(live: LivePort, chain: NatChains): PortFacts {
  const { hash, addresses, rules } = live;
  const [service, local, external, firewall, balancer] = ['SVC', 'SVL', 'EXT', 'FW', 'XLB'].map((infix) =>
    chain(`KUBE-${infix}-${hash}`),
  );
  const comments = rules.map(({ rule }) => commentOf(rule) ?? '');
  const hasNoEndpoints = comments.some((comment) => comment.endsWith(' has no endpoints'));
  const clusterIPs = new Set(addresses.filter(isClusterIP).map(({ ip }) => ip));
  const spreads = [service, local, balancer].flatMap((list) => list ?? []);
  return {
    live,
    endpoints: seenEndpoints(service ?? [], [...(local ?? []), ...(balancer ?? [])], chain),
    isUsable: !hasNoEndpoints && rules.length > 0,
    affinitySeconds: affinityOf(spreads),
    sourceRanges: sourceRangesOf(firewall ?? [], addresses, balancer !== undefined || isOfOld(rules)),
    externalPolicyLocal: balancer !== undefined || isShortCut(external ?? []) || staysLocal(live),
    internalPolicyLocal: rules.some(
      ({ rule, chain: name }) =>
        name === 'KUBE-SERVICES' &&
        ((clusterIPs.has(addressOf(rule)) && targetChain(rule)?.startsWith('KUBE-SVL-') === true) ||
          endsLocal(rule)),
    ),
    isExternal: [external, firewall, balancer].some((list) => list !== undefined),
  };
}

const isClusterIP = ({ kind }: LiveAddress): boolean => kind === 'cluster IP';
const addressOf = ({ destination }: Rule): string => destination?.value.replace(/\/(32|128)$/, '') ?? '';
const endsLocal = (rule: Rule): boolean => commentOf(rule)?.endsWith(' has no local endpoints') === true;

/** Rules that stop traffic from outside, as there is no endpoint on this node: those for clusters stand elsewhere. */
const staysLocal = ({ rules }: LivePort): boolean =>
  rules.some(({ rule, chain }) => endsLocal(rule) && chain !== 'KUBE-SERVICES');

/** KUBE-EXT of policy Local asks whether the node itself sends. */
const isShortCut = (rules: readonly Rule[]): boolean =>
  rules.some(
    (rule) =>
      targetChain(rule)?.startsWith('KUBE-SVL-') === true ||
      rule.matches.some((match) => match.kind === 'addrtype' && match.source !== undefined),
  );

/** Up to 1.23, load-balancer IPs lead to KUBE-FW whether there are source ranges or not; node ports to KUBE-SVC. */
const isOfOld = (rules: LivePort['rules']): boolean =>
  rules.every(({ rule }) => !/^KUBE-(EXT|SVL)-/.test(targetChain(rule) ?? ''));

function affinityOf(rules: readonly Rule[]): number | undefined {
  for (const { matches } of rules) {
    for (const match of matches) {
      if (match.kind === 'recent' && 'seconds' in match.action) return match.action.seconds;
    }
  }
  return undefined;
}

/**
 * The sources that KUBE-FW lets pass, those left out that are the load balancer's own. Up to 1.24 they stand once for
 * each of its addresses. A rule that asks for no source lets everybody pass: of old that is no restriction.
 */
function sourceRangesOf(
  firewall: readonly Rule[],
  addresses: readonly LiveAddress[],
  isUnrestrictedPossible: boolean,
): readonly string[] {
  const own = new Set(addresses.filter(({ kind }) => kind === 'load balancer IP').map(({ ip }) => ip));
  const ranges: string[] = [];
  let letsOwnPass = false;
  for (const rule of firewall) {
    const target = targetChain(rule);
    if (target === 'KUBE-MARK-DROP') break;
    if (target === undefined || target === 'KUBE-MARK-MASQ') continue;
    const { source } = rule;
    if (source === undefined) ranges.push('');
    else if (own.has(source.value.replace(/\/(32|128)$/, ''))) letsOwnPass = true;
    else ranges.push(source.value);
  }
  const isUnrestricted = isUnrestrictedPossible && ranges.length === 1 && ranges[0] === '' && !letsOwnPass;
  const everybody = addresses.some(({ ip }) => ip.includes(':')) ? '::/0' : '0.0.0.0/0';
  return isUnrestricted ? [] : ranges.map((range) => (range === '' ? everybody : range));
}

/** Up to 1.18, an endpoint that stands twice in an Endpoints object has two rules. */
function seenEndpoints(
  cluster: readonly Rule[],
  local: readonly Rule[],
  chain: NatChains,
): readonly SeenEndpoint[] {
  const all = endpointChains(cluster);
  const inCluster = new Set(all);
  const onNode = endpointChains(local);
  const here = new Set(onNode);
  return [...all, ...onNode.filter((name) => !inCluster.has(name))].flatMap(
    (name): readonly SeenEndpoint[] => {
      const address = destinationOf(chain(name) ?? []);
      return address === undefined
        ? []
        : [{ ...address, isCluster: inCluster.has(name), isLocal: here.has(name) }];
    },
  );
}

/** The chains among which connections of new clients are spread. */
const endpointChains = (rules: readonly Rule[]): readonly string[] =>
  rules
    .filter((rule) => leadsToEndpoint(rule) && !rule.matches.some(({ kind }) => kind === 'recent'))
    .flatMap((rule) => targetChain(rule) ?? []);

const ENDPOINT = /^\[?([0-9a-f:.]+?)\]?:(\d+)$/;

function destinationOf(rules: readonly Rule[]): { readonly ip: string; readonly port: number } | undefined {
  for (const { target } of rules) {
    const match = target?.kind === 'dnat' ? ENDPOINT.exec(target.destination) : null;
    if (match !== null) return { ip: match[1] ?? '', port: Number(match[2]) };
  }
  return undefined;
}
