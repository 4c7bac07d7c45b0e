/** What a cluster assigned to its Services, as the rules of one of its nodes tell. */
import { portHashOf, targetChain } from '../rules/chain-roles.ts';
import { commentedName, commentOf } from '../rules/comments.ts';
import { type Rule } from '../../../netfilter/iptables/model.ts';
import { type LiveServiceDraft, liveServicesOf, newDraft } from '../../live-service-draft.ts';
import { type LiveService } from '../../mode.ts';
import { type Evidence, type SeenRule } from './evidence.ts';

/** Every Service that the dump names, by `namespace/name`. */
export function liveServices(evidence: Evidence): ReadonlyMap<string, LiveService> {
  const drafts = new Map<string, LiveServiceDraft>();
  const byHash = new Map<string, LiveServiceDraft>();
  for (const seen of evidence.rules) {
    const name = seen.role === 'shared' ? commentedName(seen.rule) : undefined;
    if (name === undefined) continue;
    const [service = '', port = ''] = name.split(':');
    const draft = drafts.get(service) ?? newDraft();
    drafts.set(service, draft);
    const hash = portHashOf(targetChain(seen.rule) ?? '');
    if (hash !== undefined) byHash.set(hash, draft);
    readPortal(seen, port, draft);
  }
  readEndpoints(evidence, byHash);
  return liveServicesOf(drafts);
}

const addressOf = ({ destination }: Rule): string | undefined =>
  destination === undefined || destination.negated === true
    ? undefined
    : destination.value.replace(/\/(32|128)$/, '');

function readPortal({ table, chain, rule }: SeenRule, port: string, draft: LiveServiceDraft): void {
  const comment = commentOf(rule) ?? '';
  const number = rule.matches.find((match) => match.kind === 'port')?.destination;
  const address = addressOf(rule);
  const isUnserved = comment.endsWith(' endpoints');
  if (comment.endsWith(' health check node port')) draft.healthCheckNodePort = number;
  else if (chain === 'KUBE-NODEPORTS' || (isUnserved && address === undefined)) {
    if (number !== undefined) draft.nodePorts.set(port, number);
  } else if (address === undefined) return;
  else if (comment.endsWith(' cluster IP')) draft.clusterIP = address;
  else if (comment.endsWith(' loadbalancer IP')) draft.loadBalancerIPs.add(address);
  // Of the addresses without endpoints only that of KUBE-SERVICES is sure to be the cluster IP.
  else if (isUnserved && table === 'filter' && chain === 'KUBE-SERVICES') draft.clusterIP ??= address;
}

function readEndpoints({ rules }: Evidence, byHash: ReadonlyMap<string, LiveServiceDraft>): void {
  const ips = new Map<string, string>();
  for (const { chain, role, rule } of rules) {
    if (role !== 'endpoint' || rule.target?.kind !== 'dnat') continue;
    ips.set(chain, rule.target.destination.replace(/:\d+$/, '').replace(/^\[|\]$/g, ''));
  }
  for (const { chain, rule } of rules) {
    const draft = byHash.get(portHashOf(chain) ?? '');
    const ip = ips.get(targetChain(rule) ?? '');
    if (ip !== undefined) draft?.podIPs.add(ip);
  }
}
