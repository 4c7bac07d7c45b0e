import { commentedName, commentOf } from '../modes/iptables/rules/comments.ts';
import { roleOf } from '../modes/iptables/rules/chain-roles.ts';
import { type Rule, type RuleSet } from '../netfilter/iptables/model.ts';
import { type ServicePort } from '../proxy/state.ts';
import { type Portal, PROTOCOLS } from './portal.ts';

/** Every way to reach the service ports of manifests. */
export function portalsOf(ports: readonly ServicePort[]): readonly Portal[] {
  return ports.flatMap((port) => {
    const { namespace, serviceName, portName } = port;
    const protocol = PROTOCOLS.find((name) => name.toLowerCase() === port.protocol) ?? 'TCP';
    const common = { namespace, serviceName, portName, protocol };
    const at = (kind: Portal['kind'], address: string): Portal => ({
      ...common,
      kind,
      address,
      port: port.port,
    });
    return [
      at('cluster IP', port.clusterIP),
      ...port.externalIPs.map((address) => at('external IP', address)),
      ...port.loadBalancerIPs.map((address) => at('load balancer IP', address)),
      ...(port.nodePort === undefined
        ? []
        : [{ ...common, kind: 'node port', address: undefined, port: port.nodePort } as const]),
    ];
  });
}

/** Returns every way to reach a service port that comments and matches of a node's rules show, each once. */
export function livePortals(ruleSet: RuleSet): readonly Portal[] {
  const found = new Map<string, Portal>();
  for (const { name: table, chains } of ruleSet.tables) {
    for (const { name: chain, rules } of chains) {
      if (roleOf(table, chain) !== 'shared') continue;
      for (const rule of rules) {
        const portal = portalOfRule(rule);
        if (portal === undefined) continue;
        const key = `${portal.protocol} ${portal.address ?? ''} ${portal.port}`;
        if (!found.has(key)) found.set(key, portal);
      }
    }
  }
  return [...found.values()];
}

function portalOfRule(rule: Rule): Portal | undefined {
  const comment = commentOf(rule) ?? '';
  const name = commentedName(rule);
  const match = rule.matches.find(({ kind }) => kind === 'port');
  if (name === undefined || match?.kind !== 'port' || match.destination === undefined) return undefined;
  if (comment.endsWith('health check node port') || rule.destination?.negated === true) return undefined;
  const [service = '', portName = ''] = name.split(':');
  const [namespace = '', serviceName = ''] = service.split('/');
  const address = addressOf(rule);
  return {
    namespace,
    serviceName,
    portName,
    protocol: PROTOCOLS.find((known) => known.toLowerCase() === match.protocol) ?? 'TCP',
    kind: kindOf(comment, address),
    address,
    port: match.destination,
  };
}

/**
 * Returns the single address that a rule matches. Returns undefined for a network: rules match 127.0.0.0/8
 * only to count packets to node ports.
 */
const addressOf = ({ destination }: Rule): string | undefined =>
  /^([^/]+)(?:\/32|\/128)?$/.exec(destination?.value ?? '')?.[1];

function kindOf(comment: string, address: string | undefined): Portal['kind'] {
  if (address === undefined) return 'node port';
  if (comment.includes('external IP')) return 'external IP';
  return comment.includes('loadbalancer IP') ? 'load balancer IP' : 'cluster IP';
}
