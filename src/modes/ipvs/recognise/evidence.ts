import { type Rule } from '../../../netfilter/iptables/model.ts';
import { printRule } from '../../../netfilter/iptables/print.ts';
import { type IpvsDump } from '../dump.ts';

/** A rule of kube-proxy's chains, and its line. */
export interface SeenRule {
  readonly chain: string;
  readonly rule: Rule;
  readonly line: string;
}

/** What a dump tells, arranged for questions. */
export interface Evidence {
  readonly dump: IpvsDump;
  readonly rules: readonly SeenRule[];
  /** Chains as `filter KUBE-FORWARD`. */
  readonly chains: ReadonlySet<string>;
  /** Names of sets without the mark of IPv6. */
  readonly sets: ReadonlySet<string>;
}

/** Arranges what a dump tells. */
export function readEvidence(dump: IpvsDump): Evidence {
  const tables = dump.rules?.tables ?? [];
  const rules = tables.flatMap(({ chains }) =>
    chains
      .filter(({ name }) => name.startsWith('KUBE-'))
      .flatMap(({ name, rules: own }) =>
        own.map((rule) => ({ chain: name, rule, line: printRule(name, rule, dump.family) })),
      ),
  );
  return {
    dump,
    rules,
    chains: new Set(tables.flatMap(({ name, chains }) => chains.map((chain) => `${name} ${chain.name}`))),
    sets: new Set((dump.sets ?? []).map(({ name }) => name.replace('KUBE-6-', 'KUBE-'))),
  };
}
