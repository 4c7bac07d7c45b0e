import { type ChainedEndpoint, type ChainedPort } from '../chained-port.ts';
import { type Match, type Rule } from '../../../../netfilter/iptables/model.ts';
import { own, type RuleContext, type ServicePortSection, whole } from '../part.ts';
import { comment, host, jump, toMarkMasq } from '../pieces.ts';
import { breaksOff } from './node-port.ts';
import { rememberFirst } from '../../../../text/remember-first.ts';

/**
 * Returns the probability 1/n as the kernel stores it, in units of 2^-31. kube-proxy prints 1/n, and iptables rounds
 * it.
 */
export function probabilityThreshold(n: number, decimals: number): number {
  return Math.round(Number((1 / n).toFixed(decimals)) * 2 ** 31);
}

/**
 * Builds KUBE-SEP chains: masquerade packets of the endpoint to itself, remember the client, and send the packet to the
 * endpoint. The chains of a service port share all that does not depend on the endpoint.
 */
export const endpointChains: ServicePortSection = (port, context) => {
  if (breaksOff(port, context)) return [];
  const { ipFamily } = context.settings;
  const remark = hasComments(context) ? [comment(port.service.name)] : [];
  const toMasquerade = toMarkMasq(context.features);
  const protocol = { value: port.service.protocol };
  const ofProtocol: Match = { kind: 'port', protocol: port.service.protocol };
  const plain: readonly Match[] = [...remark, ofProtocol];
  const remembering = (list: string): readonly Match[] => [
    ...remark,
    { kind: 'recent', list, action: { set: true } },
    ofProtocol,
  ];
  // Endpoints objects may hold an endpoint twice; its chain has its rules twice then.
  const part = context.features.endpointSlices ? whole : own;
  return port.endpoints.reachable.map(({ ip, address, chain }) =>
    part(chain, [
      { source: host(ip, ipFamily), matches: remark, target: toMasquerade },
      {
        protocol,
        matches: port.service.affinitySeconds === undefined ? plain : remembering(chain),
        target: { kind: 'dnat', destination: address },
      },
    ]),
  );
};

/** Above this many endpoints kube-proxy drops comments. (largeClusterEndpointsThreshold) */
const LARGE_CLUSTER_ENDPOINTS = 1000;

function hasComments({ features, state }: RuleContext): boolean {
  switch (features.endpointComments) {
    case 'service-port-always':
      return true;
    case 'none':
      return false;
    case 'service-port':
    case 'service-port-and-endpoint':
      return state.endpointCount <= LARGE_CLUSTER_ENDPOINTS;
  }
}

/** How the rules that spread traffic over endpoints are commented: for affinity, and for the n-th share. */
export interface SpreadComments {
  readonly affinity: (endpoint: ChainedEndpoint) => readonly Match[];
  readonly share: (endpoint: ChainedEndpoint, index: number) => readonly Match[];
}

/** The usual comments of a chain of endpoints. */
export function spreadComments({ service }: ChainedPort, context: RuleContext): SpreadComments {
  const usual = usualComment(service.name, context);
  return { affinity: usual, share: usual };
}

function usualComment(name: string, context: RuleContext): (endpoint: ChainedEndpoint) => readonly Match[] {
  if (!hasComments(context)) return () => UNCOMMENTED;
  if (context.features.endpointComments === 'service-port-and-endpoint')
    return ({ address }) => [comment(`${name} -> ${address}`)];
  const matches = [comment(name)];
  return () => matches;
}

const UNCOMMENTED: readonly Match[] = [];

/**
 * Returns rules that spread traffic evenly: known clients go back to their endpoint, then 1/n, 1/(n-1), ..., and the
 * rest. (writeServiceToEndpointRules)
 */
export function spreadOver(
  endpoints: readonly ChainedEndpoint[],
  affinitySeconds: number | undefined,
  comments: SpreadComments,
  { features }: RuleContext,
): readonly Rule[] {
  const rules: Rule[] = [];
  if (affinitySeconds !== undefined) {
    const action = { seconds: affinitySeconds, reap: true } as const;
    for (const endpoint of endpoints) {
      const back: Match = { kind: 'recent', list: endpoint.chain, action };
      rules.push({ matches: [...comments.affinity(endpoint), back], target: jump(endpoint.chain) });
    }
  }
  const share = shareWith(features.probabilityDecimals);
  endpoints.forEach((endpoint, index) => {
    const left = endpoints.length - index;
    const remark = comments.share(endpoint, index);
    const matches = left === 1 ? remark : [...remark, share(left)];
    rules.push({ matches, target: jump(endpoint.chain) });
  });
  return rules;
}

/** Numbers of endpoints for which the same match serves all chains. */
const OFTEN = 1000;

/** Returns, for a number of decimals, the match of one packet of n. */
const shareWith = rememberFirst(OFTEN, (decimals: number) =>
  rememberFirst(OFTEN, (n: number): Match => ({
    kind: 'statistic',
    threshold: probabilityThreshold(n, decimals),
  })),
);
