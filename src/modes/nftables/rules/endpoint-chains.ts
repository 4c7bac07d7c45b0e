/**
 * Endpoints of a service port: how traffic is spread over them, and what leads to each. (writeServiceToEndpointRules)
 */
import { type Expression, type Rule, type Statement } from '../../../netfilter/nftables/model.ts';
import { type NamedEndpoint, type NamedPort } from './named-port.ts';
import { chain, elements, type Part, type RuleContext, rules, type ServicePortSection } from './part.ts';
import {
  addressType,
  concat,
  familyName,
  goto,
  inSet,
  markForMasquerade,
  match,
  number,
  PROTOCOL,
  rule,
  sourceOf,
  vmap,
  word,
} from './pieces.ts';
import { MILLISECONDS } from '../../../netfilter/nftables/duration.ts';

/** A chain for each endpoint, with the set of the clients that stick to it. */
export const endpointChains: ServicePortSection = (port, context) => {
  const hasAffinity = port.affinitySeconds !== undefined;
  if (!hasAffinity && context.features.nftEndpointChains === 'affinity') return [];
  return port.endpoints.reachable.flatMap((endpoint): readonly Part[] => [
    ...(hasAffinity ? [affinitySet(endpoint, port.affinitySeconds, context)] : []),
    chain(endpoint.chain),
    rules(endpoint.chain, endpointRules(endpoint, port, context)),
  ]);
};

/** The size of a set that rules fill, when none is given. */
const DYNAMIC_SET_SIZE = 65_535;

const affinitySet = (
  { affinitySet: name }: NamedEndpoint,
  seconds: number,
  { settings }: RuleContext,
): Part => ({
  kind: 'set',
  set: {
    name,
    keyType: [addressType(settings.ipFamily)],
    size: DYNAMIC_SET_SIZE,
    flags: ['dynamic', 'timeout'],
    timeout: seconds * MILLISECONDS,
  },
});

function endpointRules(endpoint: NamedEndpoint, port: NamedPort, context: RuleContext): readonly Rule[] {
  const { settings, features } = context;
  const source = sourceOf(settings.ipFamily);
  const hairpin =
    features.nftHairpin === 'endpoint-chains'
      ? [rule([match(source, word(endpoint.ip)), markForMasquerade(settings, features)])]
      : [];
  const affinity: readonly Rule[] =
    port.affinitySeconds === undefined
      ? []
      : [rule([{ kind: 'set-update', operation: 'update', set: endpoint.affinitySet, key: source }])];
  return [...hairpin, ...affinity, leadTo(endpoint, port)];
}

const leadTo = ({ ip, port: to }: NamedEndpoint, port: NamedPort): Rule =>
  rule([ofProtocol(port), { kind: 'dnat', address: word(ip), port: number(to) }]);

const ofProtocol = ({ protocol }: NamedPort): Statement => match(PROTOCOL, word(protocol));

/** The chains of traffic policies Cluster and Local, as far as they are used. */
export const policyChains: ServicePortSection = ({ chains, endpoints: { cluster, local } }) => [
  ...(cluster.length > 0 ? [chain(chains.service)] : []),
  ...(local.length > 0 ? [chain(chains.local)] : []),
];

/** What the policy chains do: bring clients back to their endpoint, then draw one. */
export const spreading: ServicePortSection = (port, context) => {
  const { chains, endpoints } = port;
  const spread = (name: string, over: readonly NamedEndpoint[]): readonly Part[] =>
    over.length === 0 ? [] : [rules(name, spreadOver(over, port, context))];
  return [...spread(chains.service, endpoints.cluster), ...spread(chains.local, endpoints.local)];
};

function spreadOver(
  endpoints: readonly NamedEndpoint[],
  port: NamedPort,
  { settings, features }: RuleContext,
): readonly Rule[] {
  const family = settings.ipFamily;
  const hasChains = features.nftEndpointChains === 'all' || port.affinitySeconds !== undefined;
  const [first, ...others] = endpoints;
  if (!hasChains && features.nftSingleEndpoint === 'named' && first !== undefined && others.length === 0) {
    return [leadTo(first, port)];
  }
  const drawn: Expression = { kind: 'numgen', mode: 'random', modulus: endpoints.length, offset: 0 };
  if (!hasChains) {
    const table = endpoints.map((endpoint, index) => ({
      key: number(index),
      data: concat([word(endpoint.ip), number(endpoint.port)]),
    }));
    const address: Expression = { kind: 'map', key: drawn, data: { kind: 'set', elements: table } };
    return [rule([ofProtocol(port), { kind: 'dnat', family: familyName(family), address }])];
  }
  const comeBack =
    port.affinitySeconds === undefined
      ? []
      : endpoints.map((endpoint) =>
          rule([match(sourceOf(family), inSet(endpoint.affinitySet)), goto(endpoint.chain)]),
        );
  const table = endpoints.map((endpoint, index) => ({ key: number(index), data: goto(endpoint.chain) }));
  return [...comeBack, rule([vmap(drawn, { kind: 'set', elements: table })])];
}

/** Traffic of local endpoints to themselves, which has to be masqueraded. */
export const hairpinConnections: ServicePortSection = (
  { protocol, endpoints: { reachable } },
  { features },
) =>
  features.nftHairpin === 'set'
    ? [
        elements(
          'hairpin-connections',
          reachable
            .filter(({ local }) => local)
            .map(({ ip, port }) => ({ key: concat([word(ip), word(ip), word(protocol), number(port)]) })),
        ),
      ]
    : [];
