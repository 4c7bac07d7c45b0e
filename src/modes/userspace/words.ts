import { CHAINS } from './pieces.ts';
import { type Portal, portOf } from './portals.ts';

const PORTALS: ReadonlySet<string> = new Set([CHAINS.portalsContainer, CHAINS.portalsHost]);
const OF_NODE: ReadonlySet<string> = new Set([CHAINS.portalsHost, CHAINS.nodePortHost]);

/** Says which packets a rule takes: `from pods to 10.96.0.20:80`. */
export function wayWords({ chain, rule, line }: Portal): string {
  const port = portOf(rule) ?? 'any port';
  if (chain === CHAINS.nonLocal) return 'to its node port, through table filter,';
  if (!PORTALS.has(chain))
    return `from ${OF_NODE.has(chain) ? 'the node' : 'elsewhere'} to node port ${port}`;
  const ip = rule.destination?.value.replace(/\/\d+$/, '') ?? 'any address';
  const socket = ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
  const from = OF_NODE.has(chain) ? 'the node' : 'pods';
  return `from ${from} to ${socket}${conditionOf(line)}`;
}

/** External IPs have two rules: one for what comes in from outside, one where the address is the node's own. */
function conditionOf(line: string): string {
  if (line.includes('--physdev-is-in')) return ', but for those of a bridge,';
  return line.includes('--dst-type LOCAL') ? ', where that is an address of the node,' : '';
}

/** Says where a rule leads. */
export function goalWords({ chain, rule, proxyPort, proxyIP }: Portal): string {
  if (proxyPort === undefined) return rule.target === undefined ? 'nothing' : `target ${rule.target.kind}`;
  if (chain === CHAINS.nonLocal) return `port ${proxyPort}`;
  return proxyIP === undefined ? `port ${proxyPort} of the proxy` : `port ${proxyPort} at ${proxyIP}`;
}
