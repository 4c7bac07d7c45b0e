/** Finds each feature of a dialect in what a node holds. A dump that cannot show a feature leaves it out. */
import { type Features } from '../../../dialect/features.ts';
import { type Feature } from '../../../dialect/history.ts';
import { is, type ObservedFeatures, type Seen } from '../../fit-versions.ts';
import { type Evidence } from './evidence.ts';

/** Returns what a dump shows of a feature; undefined when it shows nothing. */
type Observer<F extends Feature> = (evidence: Evidence) => Seen<Features[F]> | undefined;

/** Whether a chain is there, in dumps that hold kube-proxy's chains. */
const hasChain =
  (name: string) =>
  ({ chains }: Evidence): Seen<boolean> | undefined =>
    chains.has(SERVICES) ? is(chains.has(name)) : undefined;

/** Whether a chain has a rule with these words; nothing when the chain has no rule. */
const hasRule =
  (chain: string, words: RegExp) =>
  ({ rules }: Evidence): Seen<boolean> | undefined => {
    const own = rules.filter((rule) => rule.chain === chain);
    return own.length === 0 ? undefined : is(own.some(({ line }) => words.test(line)));
  };

const hasSet =
  (name: string) =>
  ({ sets }: Evidence): Seen<boolean> | undefined =>
    sets.size === 0 ? undefined : is(sets.has(name));

const SERVICES = 'nat KUBE-SERVICES';

/** Whether iptables-restore took the rules: this chain is never without one then. */
const isRestored = ({ rules }: Evidence): boolean =>
  rules.some(({ chain }) => chain === 'KUBE-LOAD-BALANCER');

/** Whether the chain of node ports is asked for all that is for the node. */
const nodePortRules = (evidence: Evidence): Seen<Features['ipvsNodePortRules']> | undefined => {
  if (!isRestored(evidence)) return undefined;
  const { rules } = evidence;
  const isAsked = rules.some(({ line }) => line.endsWith('--dst-type LOCAL -j KUBE-NODE-PORT'));
  return is(isAsked ? 'by-protocol' : 'udp-apart');
};

const OBSERVERS: { readonly [F in Feature]?: Observer<F> } = {
  ipvsRules: ({ chains, sets }) => {
    if (chains.has('nat KUBE-LOAD-BALANCER') || sets.has('KUBE-LOAD-BALANCER-FW')) return is('by-chain');
    if (chains.has('nat KUBE-FIRE-WALL') || sets.has('KUBE-LOAD-BALANCER-MASQ')) return is('by-set');
    return chains.has('nat KUBE-MARK-MASQ') && sets.size === 0 ? is('by-service') : undefined;
  },
  ipvsForwardRules: (evidence) =>
    evidence.chains.has('filter KUBE-FORWARD') && isRestored(evidence)
      ? is(evidence.rules.some(({ chain }) => chain === 'KUBE-FORWARD'))
      : undefined,
  ipvsNodePortRules: nodePortRules,
  ipvsFamilySetNames: ({ dump }) =>
    dump.family === 'IPv6' && dump.sets !== undefined && dump.sets.length > 0
      ? is(dump.sets.some(({ name }) => name.startsWith('KUBE-6-')))
      : undefined,
  ipvsSctpNodePorts: ({ sets }) => {
    if (sets.has('KUBE-NODE-PORT-SCTP-HASH')) return is('node-ip', 'all-node-ips');
    if (sets.size === 0) return undefined;
    return sets.has('KUBE-NODE-PORT-SCTP') ? is('ports') : is('none');
  },
  ipvsSctpLocalFirst: sctpLocalFirst,
  ipvsExternalIpLocal: hasSet('KUBE-EXTERNAL-IP-LOCAL'),
  ipvsHealthChecks: hasChain('filter KUBE-NODE-PORT'),
  ipvsFirewall: ({ chains }) => {
    if (chains.has('filter KUBE-SOURCE-RANGES-FIREWALL')) return is('filter-drop');
    return chains.has('nat KUBE-FIREWALL') ? is('nat-mark-drop') : undefined;
  },
  ipvsReturnsLoopback: hasRule(
    'KUBE-SERVICES',
    /^-A KUBE-SERVICES -s (?:127\.0\.0\.0\/8|::1\/128) -j RETURN$/,
  ),
  ipvsAccessFilter: hasChain('filter KUBE-IPVS-FILTER'),
  ipvsFilterHealthChecks: hasRule('KUBE-IPVS-FILTER', /HEALTH-CHECK-NODE-PORT dst -j RETURN$/),
  ipvsFilterExternalLocal: hasRule('KUBE-IPVS-FILTER', /EXTERNAL-IP-LOCAL dst,dst -j RETURN$/),
  ipvsOutFilter: hasChain('filter KUBE-IPVS-OUT-FILTER'),
  ipvsMaglevPort: ({ dump }) => {
    const hashing = (dump.servers ?? []).filter(({ scheduler }) => scheduler === 'mh');
    return hashing.length === 0
      ? undefined
      : is(hashing.some(({ schedulerFlags }) => schedulerFlags.includes('mh-port')));
  },
  masquerading: ({ rules }) => {
    const own = rules.filter(({ chain }) => chain === 'KUBE-POSTROUTING');
    if (own.length === 0) return undefined;
    return is(own.some(({ rule }) => rule.target?.kind === 'mark') ? 'mark-chain-cleared' : 'mark-chain');
  },
  forwardEstablished: ({ rules }) => {
    const own = rules.filter(({ chain, line }) => chain === 'KUBE-FORWARD' && line.includes('conntrack'));
    if (own.length === 0) return undefined;
    if (own.some(({ line }) => line.includes('"kubernetes forwarding conntrack rule"')))
      return is('one-rule');
    const isOfCidr = own.some(({ rule }) => rule.source !== undefined || rule.destination !== undefined);
    return is(isOfCidr ? 'cluster-cidr' : 'pod-source-and-destination');
  },
};

function sctpLocalFirst({ rules }: Evidence): Seen<boolean> | undefined {
  const sctp = rules.filter(({ chain, line }) => chain === 'KUBE-NODE-PORT' && line.includes(' -p sctp '));
  if (sctp.length < 2) return undefined;
  return is(sctp[0]?.line.endsWith('-j RETURN') === true);
}

/** Returns every feature that a dump shows. */
export const observeFeatures = (evidence: Evidence): ObservedFeatures =>
  Object.fromEntries(
    Object.entries(OBSERVERS).flatMap(([feature, observe]) => {
      const seen = observe(evidence);
      return seen === undefined ? [] : [[feature, seen]];
    }),
  );
