import { printExpression } from '../../../netfilter/nftables/expression-text.ts';
import { addToGroup } from '../../../text/groups.ts';
import { elementsOf, type Evidence, wordOf } from './evidence.ts';

/** Elements of kube-proxy's sets, by what the facts of a service port ask for: no set is searched once a port. */
export interface IndexedElements {
  /** Keys of `hairpin-connections`: `10.244.1.2 . 10.244.1.2 . tcp . 8080`. */
  readonly hairpins: ReadonlySet<string>;
  /** The addresses at which `service-ips` leads to a chain, by the chain. */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  /** The sources that `firewall-allow` of 1.29 lets pass, by the address of the load balancer. */
  readonly allowedSources: ReadonlyMap<string, readonly string[]>;
}

/** Reads each set once. */
export function indexElements(evidence: Evidence): IndexedElements {
  const addresses = new Map<string, string[]>();
  for (const { key, data } of elementsOf(evidence, 'service-ips')) {
    const ip = key.kind === 'concat' ? wordOf(key.parts[0]) : undefined;
    if (ip !== undefined && data?.kind === 'goto') addToGroup(addresses, data.chain, ip);
  }
  const allowedSources = new Map<string, string[]>();
  for (const { key } of elementsOf(evidence, 'firewall-allow')) {
    const [ip, , , source] = key.kind === 'concat' ? key.parts : [];
    const own = wordOf(ip);
    if (own !== undefined && source !== undefined) {
      addToGroup(allowedSources, own, printExpression(source));
    }
  }
  const hairpins = elementsOf(evidence, 'hairpin-connections');
  return { hairpins: new Set(hairpins.map(({ key }) => printExpression(key))), addresses, allowedSources };
}
