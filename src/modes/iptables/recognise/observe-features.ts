/** Finds each feature of a dialect in a dump. The table leaves out features that a dump cannot show. */
import { type Features } from '../../../dialect/features.ts';
import { type Feature } from '../../../dialect/history.ts';
import { is, type ObservedFeatures, type Seen } from '../../fit-versions.ts';
import { commentedName, commentOf } from '../rules/comments.ts';
import { leadsToEndpoint, portHashOf, targetChain } from '../rules/chain-roles.ts';
import { type Rule } from '../../../netfilter/iptables/model.ts';
import { probabilityThreshold } from '../rules/sections/endpoint-chains.ts';
import { mostFrequent } from '../../../text/most-frequent.ts';
import { type Evidence, type SeenRule } from './evidence.ts';
import {
  isClusterIpMasquerade,
  isCounted,
  isInvalidDrop,
  isMarkedDrop,
  isRandomFully,
} from './known-rules.ts';

/**
 * Returns what a dump shows of a feature. Undefined means that it shows nothing, neither for nor against any
 * value.
 */
type Observer<F extends Feature> = (evidence: Evidence) => Seen<Features[F]> | undefined;

const commented = ({ rule }: SeenRule): string => commentOf(rule) ?? '';

/** The value that most of the rules speak for. */
function vote<const T>(
  evidence: Evidence,
  values: Readonly<Record<string, T>>,
  opinion: (seen: SeenRule) => string | undefined,
): Seen<T> | undefined {
  const winner = mostFrequent(evidence.rules.flatMap((rule) => opinion(rule) ?? []));
  const value = winner === undefined ? undefined : values[winner];
  return value === undefined ? undefined : is(value);
}

const YES_NO = { yes: true, no: false } as const;

/** Yes where any rule is such a one; otherwise nothing was seen. */
const anyOf =
  (isSuch: (seen: SeenRule) => boolean) =>
  (evidence: Evidence): Seen<true> | undefined =>
    evidence.rules.some(isSuch) ? is(true) : undefined;

/** Whether a chain is there, as far as the dump holds the table. */
const hasChain =
  (table: 'filter' | 'nat', chain: string) =>
  (evidence: Evidence): Seen<boolean> | undefined => {
    const chains = evidence.wholeTable(table);
    return chains === undefined ? undefined : is(chains.has(chain));
  };

/** The jump from a built-in chain of filter to a chain of kube-proxy's. */
const isJump =
  (from: string, to: string, newOnly?: boolean) =>
  ({ table, chain, rule }: SeenRule): boolean =>
    table === 'filter' &&
    chain === from &&
    targetChain(rule) === to &&
    (newOnly === undefined || newOnly === rule.matches.some(({ kind }) => kind === 'conntrack'));

/** Whether a jump is there, as far as the dump holds the table. */
const hasJump =
  (from: string, to: string, newOnly?: boolean) =>
  (evidence: Evidence): Seen<boolean> | undefined => {
    const isThere = evidence.rules.some(isJump(from, to, newOnly));
    return isThere || evidence.wholeTable('filter') !== undefined ? is(isThere) : undefined;
  };

const OBSERVERS: { readonly [F in Feature]?: Observer<F> } = {
  unnamedPortColon: (evidence) =>
    vote(evidence, YES_NO, (seen) => {
      const isPortal = / ((cluster|external|loadbalancer) IP|has no (local )?endpoints)$/.test(
        commented(seen),
      );
      const name = isPortal ? commentedName(seen.rule) : undefined;
      if (name === undefined) return undefined;
      return name.endsWith(':') ? 'yes' : name.includes(':') ? undefined : 'no';
    }),

  ipv6: ({ family, rules }) =>
    family === 'IPv6' && rules.some(({ role }) => role === 'shared' || role === 'standing')
      ? is(true)
      : undefined,

  affinitySeconds: (evidence) => {
    const seconds = mostFrequent(evidence.rules.flatMap(({ rule }) => affinityOf(rule) ?? []));
    return seconds === undefined ? undefined : is<number | 'as-configured'>(Number(seconds), 'as-configured');
  },

  masquerading: (evidence) =>
    vote(
      evidence,
      { inline: 'inline-mark', marked: 'mark-chain', cleared: 'mark-chain-cleared' },
      ({ chain, rule: { matches, target } }) => {
        const asksForMark = matches.some(({ kind }) => kind === 'mark');
        if (chain === 'POSTROUTING' && target?.kind === 'masquerade' && asksForMark) return 'inline';
        if (chain !== 'KUBE-POSTROUTING') return undefined;
        return target?.kind === 'masquerade' && asksForMark ? 'marked' : 'cleared';
      },
    ),

  masqueradeRandomFully: anyOf((rule) => isRandomFully(rule)),

  canary: (evidence) => {
    const isThere = (['nat', 'filter'] as const).some((table) =>
      evidence.hasChain(table, 'KUBE-PROXY-CANARY'),
    );
    const isWhole = evidence.wholeTable('nat') !== undefined || evidence.wholeTable('filter') !== undefined;
    return isThere || isWhole ? is(isThere) : undefined;
  },

  excludeLoopbackNodePorts: (evidence) =>
    vote(evidence, YES_NO, ({ rule, table }) => {
      if (table !== 'nat' || targetChain(rule) !== 'KUBE-NODEPORTS') return undefined;
      if (rule.destination?.negated === true) return 'yes';
      const isAllLocal = rule.matches.some(({ kind }) => kind === 'addrtype');
      return isAllLocal && evidence.family === 'IPv6' ? 'no' : undefined;
    }),

  serviceChains: (evidence) =>
    vote(evidence, { new: 'policy', old: 'balancer' }, ({ rule, role, chain, table }) => {
      const target = targetChain(rule) ?? '';
      if (/^KUBE-(EXT|SVL)-/.test(target) || role === 'external' || role === 'local') return 'new';
      if (target.startsWith('KUBE-XLB-') || role === 'balancer') return 'old';
      return table === 'nat' && chain === 'KUBE-NODEPORTS' && target.startsWith('KUBE-SVC-')
        ? 'old'
        : undefined;
    }),

  natWithoutEndpoints: (evidence) => {
    const filled = new Set(evidence.rules.map(({ chain }) => chain));
    const leadsNowhere = evidence.rules.some(({ role, rule }) => {
      const target = targetChain(rule) ?? '';
      return (
        role === 'shared' &&
        target.startsWith('KUBE-SVC-') &&
        evidence.isDeclared('nat', target) &&
        !filled.has(target)
      );
    });
    if (leadsNowhere) return is(true);
    return evidence.rules.some(
      (rule) => rule.role === 'shared' && commented(rule).endsWith(' has no endpoints'),
    )
      ? is(false)
      : undefined;
  },

  clusterIpMasquerade: (evidence) =>
    evidence.rules.some((rule) => isClusterIpMasquerade(rule) && rule.rule.source !== undefined)
      ? is('all-and-outside', 'all-or-outside')
      : undefined,

  masqueradeRulesIn: (evidence) =>
    vote(evidence, { old: 'portal-chains', new: 'service-chain' }, (rule) => {
      if (!isClusterIpMasquerade(rule)) return undefined;
      return rule.role === 'shared' ? 'old' : 'new';
    }),

  externalIpTraffic: (evidence) =>
    vote(evidence, { some: 'from-outside-or-to-node', any: 'any' }, (rule) => {
      const isPortal = rule.role === 'shared' && commented(rule).endsWith(' external IP');
      if (!isPortal || portHashOf(targetChain(rule.rule) ?? '') === undefined) return undefined;
      return rule.rule.matches.some(({ kind }) => kind === 'addrtype') ? 'some' : 'any';
    }),

  loadBalancerFirewall: anyOf(({ role }) => role === 'firewall'),

  localPolicyNodePorts: (evidence) => {
    const rules = evidence.rules.filter(({ table, chain }) => table === 'nat' && chain === 'KUBE-NODEPORTS');
    if (rules.some(({ rule }) => rule.source !== undefined)) return is('to-local-masquerading-loopback');
    const isLocal = rules.some(({ rule }) => targetChain(rule)?.startsWith('KUBE-XLB-') === true);
    return isLocal ? is('to-local') : undefined;
  },

  balancerServesNode: (evidence) => {
    const balancers = evidence.rules.filter(({ role }) => role === 'balancer');
    if (balancers.length === 0) return undefined;
    return is(balancers.some((rule) => / LB IP( |$)/.test(commented(rule))));
  },

  balancerComments: (evidence) =>
    vote(evidence, { old: 'numbered', new: 'service-port' }, (rule) => {
      if (rule.role !== 'balancer' || !leadsToEndpoint(rule.rule)) return undefined;
      if (affinityOf(rule.rule) !== undefined || commented(rule) === '') return undefined;
      return commented(rule).startsWith('Balancing rule ') ? 'old' : 'new';
    }),

  blockedTraffic: (evidence) => {
    const chains = evidence.wholeTable('filter');
    if (chains === undefined) return undefined;
    return is(chains.has('KUBE-PROXY-FIREWALL') ? 'filter-drop' : 'mark-drop');
  },

  firewallRemark: (evidence) => {
    const firewalls = evidence.rules.filter(({ role }) => role === 'firewall');
    if (!firewalls.some(({ rule }) => targetChain(rule)?.startsWith('KUBE-EXT-') === true)) return undefined;
    return is(firewalls.some(({ rule }) => rule.target === undefined));
  },

  endpointComments: (evidence) => {
    const shares = evidence.rules.filter(({ role, rule }) => role === 'service' && leadsToEndpoint(rule));
    if (shares.length === 0) return undefined;
    if (shares.some((rule) => commented(rule).includes(' -> '))) return is('service-port-and-endpoint');
    if (shares.some((rule) => commented(rule) !== '')) return is('service-port', 'service-port-always');
    return mayBeLarge(evidence) ? undefined : is('none');
  },

  probabilityDecimals: (evidence) =>
    vote(evidence, { five: 5, ten: 10 }, ({ rule }) => {
      const threshold = rule.matches.find((match) => match.kind === 'statistic')?.threshold;
      if (threshold === undefined || threshold === 0 || !leadsToEndpoint(rule)) return undefined;
      const n = Math.round(2 ** 31 / threshold);
      const [five, ten] = [probabilityThreshold(n, 5), probabilityThreshold(n, 10)];
      if (five === ten) return undefined;
      return threshold === five ? 'five' : threshold === ten ? 'ten' : undefined;
    }),

  clusterIpRejects: hasChain('filter', 'KUBE-SERVICES'),
  externalServicesChain: hasChain('filter', 'KUBE-EXTERNAL-SERVICES'),
  inputServicesJump: hasJump('INPUT', 'KUBE-SERVICES', false),
  forwardServicesJump: hasJump('FORWARD', 'KUBE-SERVICES'),

  outputJumpNewOnly: (evidence) =>
    vote(evidence, YES_NO, (rule) => {
      if (isJump('OUTPUT', 'KUBE-SERVICES', true)(rule)) return 'yes';
      return isJump('OUTPUT', 'KUBE-SERVICES', false)(rule) ? 'no' : undefined;
    }),

  loadBalancerRejects: (evidence) => {
    if (evidence.rules.some(isJump('FORWARD', 'KUBE-EXTERNAL-SERVICES'))) return is('in-external-services');
    if (evidence.rules.some(isJump('INPUT', 'KUBE-SERVICES', true))) return is('in-services');
    return evidence.wholeTable('filter') === undefined ? undefined : is('none');
  },

  forwardChain: hasChain('filter', 'KUBE-FORWARD'),

  forwardJumpComment: (evidence) =>
    vote(evidence, { old: 'kubernetes forward rules', new: 'kubernetes forwarding rules' }, (rule) => {
      if (!isJump('FORWARD', 'KUBE-FORWARD')(rule)) return undefined;
      return commented(rule) === 'kubernetes forward rules' ? 'old' : 'new';
    }),

  forwardEstablished: (evidence) =>
    vote(evidence, { cidr: 'cluster-cidr', two: 'pod-source-and-destination', one: 'one-rule' }, (rule) => {
      const comment = commented(rule);
      if (comment === 'kubernetes forwarding conntrack rule') return 'one';
      if (!comment.startsWith('kubernetes forwarding conntrack pod ')) return undefined;
      return rule.rule.source === undefined && rule.rule.destination === undefined ? 'two' : 'cidr';
    }),

  dropInvalid: (evidence) => {
    if (evidence.rules.some(isInvalidDrop)) return is('always', 'unless-tcp-liberal');
    return evidence.hasChain('filter', 'KUBE-FORWARD') ? is('never', 'unless-tcp-liberal') : undefined;
  },

  nfacctCounters: anyOf((rule) => isCounted(rule)),
  healthCheckAccept: hasChain('filter', 'KUBE-NODEPORTS'),

  // With kubelet's rule for marked packets in it, the chain is kubelet's.
  ownFirewallChain: (evidence) =>
    evidence.rules.some(isMarkedDrop) ? undefined : hasChain('filter', 'KUBE-FIREWALL')(evidence),
};

const affinityOf = (rule: Rule): string | undefined => {
  for (const match of rule.matches) {
    if (match.kind === 'recent' && 'seconds' in match.action) return String(match.action.seconds);
  }
  return undefined;
};

/** Above 1,000 endpoints kube-proxy leaves comments out; some of them may have no chain. */
const MANY_ENDPOINTS = 500;

const mayBeLarge = ({ rules }: Evidence): boolean =>
  rules.filter(({ rule }) => rule.target?.kind === 'dnat').length > MANY_ENDPOINTS;

/** Every feature that shows in the dump. */
export function observeFeatures(evidence: Evidence): ObservedFeatures {
  const entries = Object.entries(OBSERVERS).flatMap(([feature, observe]) => {
    const value = observe(evidence);
    return value === undefined ? [] : [[feature, value] as const];
  });
  return Object.fromEntries(entries);
}
