import {
  type ChainRole,
  portHashOf,
  roleOf,
  targetChain,
  type PortChainRole,
} from '../modes/iptables/rules/chain-roles.ts';
import { commentedName } from '../modes/iptables/rules/comments.ts';
import { type Chain, type RuleSet } from '../netfilter/iptables/model.ts';
import { type SetDefinition } from '../netfilter/ipset/model.ts';
import { compileIptables } from '../packets/iptables/compile-program.ts';
import { type Program } from '../packets/program.ts';
import { type Rational, ZERO } from '../packets/rational.ts';
import { type ListedChain, type ListedEndpoint } from './listed-port.ts';
import { spreadBy } from './spread.ts';
import { addToGroup } from '../text/groups.ts';

/** kube-proxy's chains on a node. */
export interface NodeChains {
  /** The chains of the service port whose chains' names end in the hash, in the order in which packets meet them. */
  readonly ofPort: (hash: string) => readonly ListedChain[];
  /** Where the chain of an endpoint sends packets; undefined when it is not there, or sends them nowhere. */
  readonly addressOf: (chain: string) => string | undefined;
  /** The service port that the comments of a chain name. */
  readonly commentedName: (chain: string) => string | undefined;
  /** Every chain of every table. */
  readonly names: ReadonlySet<string>;
}

const PORT_ROLES: readonly PortChainRole[] = ['service', 'local', 'external', 'firewall', 'balancer'];
const isPortRole = (role: string): role is PortChainRole => PORT_ROLES.some((known) => known === role);

const isForeign = (role: ChainRole): boolean => role === 'foreign' || role === 'built-in';

/**
 * Finds kube-proxy's chains in a rule set. When a chain occurs twice, the first one counts, as in the kernel. `sets`
 * are those that rules look up.
 */
export function nodeChains(ruleSet: RuleSet, sets: readonly SetDefinition[] = []): NodeChains {
  const chains = new Map<string, Chain>();
  const byHash = new Map<string, Chain[]>();
  for (const { name: table, chains: own } of ruleSet.tables) {
    for (const chain of table === 'nat' ? own : []) {
      if (chains.has(chain.name) || isForeign(roleOf(table, chain.name))) continue;
      chains.set(chain.name, chain);
      const hash = portHashOf(chain.name);
      if (hash === undefined) continue;
      addToGroup(byHash, hash, chain);
    }
  }
  const inFilter = ruleSet.tables.flatMap(({ name: table, chains: own }) =>
    own.flatMap(({ name }) => (table === 'nat' || isForeign(roleOf(table, name)) ? [] : [name])),
  );
  const program = compileIptables(ruleSet, [], sets);
  const facts: EndpointFacts = {
    addressOf: (name) => translationOf(chains.get(name))?.to,
    protocolOf: (name) => translationOf(chains.get(name))?.protocol,
  };
  const listed = (chain: Chain): readonly ListedChain[] => {
    const role = roleOf('nat', chain.name);
    if (!isPortRole(role)) return [];
    return [{ name: chain.name, role, endpoints: endpointsOf(chain, program, facts) }];
  };
  const order = ({ role }: ListedChain): number => PORT_ROLES.findIndex((known) => known === role);
  return {
    ofPort: (hash) => (byHash.get(hash) ?? []).flatMap(listed).sort((a, b) => order(a) - order(b)),
    addressOf: facts.addressOf,
    commentedName: (name) => {
      for (const rule of chains.get(name)?.rules ?? []) {
        const found = commentedName(rule);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    names: new Set([...chains.keys(), ...inFilter]),
  };
}

/** Facts from the chains of endpoints, by chain name. */
interface EndpointFacts {
  readonly addressOf: (chain: string) => string | undefined;
  readonly protocolOf: (chain: string) => string | undefined;
}

function translationOf(
  chain: Chain | undefined,
): { readonly to: string; readonly protocol: string | undefined } | undefined {
  for (const { target, protocol } of chain?.rules ?? []) {
    if (target?.kind === 'dnat') return { to: target.destination, protocol: protocol?.value };
  }
  return undefined;
}

function endpointsOf(
  chain: Chain,
  program: Program,
  { addressOf, protocolOf }: EndpointFacts,
): readonly ListedEndpoint[] {
  const names = new Set<string>();
  for (const rule of chain.rules) {
    const target = targetChain(rule);
    if (target !== undefined && roleOf('nat', target) === 'endpoint') names.add(target);
  }
  if (names.size === 0) return [];
  const protocol = [...names].map(protocolOf).find((found) => found !== undefined) ?? 'tcp';
  const shares = sharesByChain(chain.name, protocol, program);
  return [...names].map((name): ListedEndpoint => ({
    chain: name,
    address: addressOf(name),
    share: shares === undefined ? undefined : (shares.get(`nat/${name}`) ?? ZERO),
  }));
}

/** The share of connections that each last chain gets; undefined when the rules alone do not decide it. */
function sharesByChain(
  chain: string,
  protocol: string,
  program: Program,
): ReadonlyMap<string, Rational> | undefined {
  const outcomes = spreadBy(program, `nat/${chain}`, protocol);
  if (outcomes === undefined) return undefined;
  const shares = new Map<string, Rational>();
  for (const { path, share } of outcomes) if (path !== undefined) shares.set(path.rule.chain, share);
  return shares;
}
