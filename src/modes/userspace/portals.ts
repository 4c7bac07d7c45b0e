/** Reads the rules of mode userspace: which packets they take, and where on the proxy they lead. */
import { type Rule, type RuleSet, type TableName } from '../../netfilter/iptables/model.ts';
import { printRule } from '../../netfilter/iptables/print.ts';
import { type IpFamily } from '../../text/ip.ts';
import { commentedName } from '../iptables/rules/comments.ts';
import { CHAINS } from './pieces.ts';

/** A rule of one of the mode's own chains. */
export interface Portal {
  readonly table: TableName;
  readonly chain: string;
  readonly rule: Rule;
  /** As `iptables-save` prints it. */
  readonly line: string;
  /** The name in its comment, as written; undefined when there is none. */
  readonly name: string | undefined;
  /** `ns/name:port/PROTOCOL`, as comparisons name a service port; undefined without a name or protocol. */
  readonly label: string | undefined;
  /** The port on which the proxy listens; undefined when the rule leads to none. */
  readonly proxyPort: number | undefined;
  /** The address of the proxy; undefined where packets stay with the address of their interface. */
  readonly proxyIP: string | undefined;
}

const OWN_CHAINS: ReadonlySet<string> = new Set(Object.values(CHAINS));

/** Returns true for a chain of the mode. */
export const isOwnChain = (name: string): boolean => OWN_CHAINS.has(name);

/** Returns the rules of the mode's own chains. */
export const portalsOf = ({ tables, family }: RuleSet): readonly Portal[] =>
  tables.flatMap((table) =>
    table.chains
      .filter(({ name }) => isOwnChain(name))
      .flatMap(({ name, rules }) => rules.map((rule) => portal(table.name, name, rule, family))),
  );

function portal(table: TableName, chain: string, rule: Rule, family: IpFamily): Portal {
  const name = commentedName(rule);
  const protocol = rule.protocol?.value.toUpperCase();
  return {
    table,
    chain,
    rule,
    line: printRule(chain, rule, family),
    name,
    label: name === undefined || protocol === undefined ? undefined : `${name.replace(/:$/, '')}/${protocol}`,
    ...goalOf(chain, rule),
  };
}

/** The port that a rule asks for; undefined when it asks for none. */
export function portOf({ matches }: Rule): number | undefined {
  for (const match of matches) if (match.kind === 'port') return match.destination;
  return undefined;
}

const SOCKET = /^(?<ip>.*):(?<port>\d+)$/;

function goalOf(chain: string, rule: Rule): Pick<Portal, 'proxyPort' | 'proxyIP'> {
  const { target } = rule;
  if (chain === CHAINS.nonLocal) return { proxyPort: portOf(rule), proxyIP: undefined };
  if (target?.kind === 'other' && target.name === 'REDIRECT')
    return { proxyPort: Number(target.words[1]), proxyIP: undefined };
  const { ip, port } = (target?.kind === 'dnat' ? SOCKET.exec(target.destination)?.groups : undefined) ?? {};
  return {
    proxyPort: port === undefined ? undefined : Number(port),
    proxyIP: ip?.replace(/^\[(.*)\]$/, '$1'),
  };
}

/** Returns the rule with another port of the proxy. */
export function withProxyPort(chain: string, rule: Rule, port: number): Rule {
  const { target } = rule;
  if (chain === CHAINS.nonLocal) {
    const matches = rule.matches.map((match) =>
      match.kind === 'port' ? { ...match, destination: port } : match,
    );
    return { ...rule, matches };
  }
  if (target?.kind === 'dnat')
    return {
      ...rule,
      target: { ...target, destination: target.destination.replace(/\d+$/, String(port)) },
    };
  return { ...rule, target: { kind: 'other', name: 'REDIRECT', words: ['--to-ports', String(port)] } };
}

/**
 * Returns the port of the proxy for each service port: that to which most of its rules lead; of several, that of the
 * first rule. kube-proxy draws these ports at random.
 */
export function proxyPorts(portals: readonly Portal[]): ReadonlyMap<string, number> {
  const counts = new Map<string, Map<number, number>>();
  for (const { label, proxyPort } of portals) {
    if (label === undefined || proxyPort === undefined) continue;
    const own = counts.get(label) ?? new Map<number, number>();
    counts.set(label, own.set(proxyPort, (own.get(proxyPort) ?? 0) + 1));
  }
  return new Map(
    [...counts].map(([label, own]) => {
      const [[first] = [0]] = [...own].toSorted(([, a], [, b]) => b - a);
      return [label, first];
    }),
  );
}
