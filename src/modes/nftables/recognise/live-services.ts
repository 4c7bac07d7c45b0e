/** What a cluster assigned to its Services, as kube-proxy's table on one of its nodes tells. */
import {
  type Element,
  type Expression,
  type Statement,
  type Verdict,
} from '../../../netfilter/nftables/model.ts';
import { type LiveServiceDraft, liveServicesOf, newDraft } from '../../live-service-draft.ts';
import { type LiveService } from '../../mode.ts';
import { parseObjectName } from '../rules/parse-names.ts';
import { elementsOf, type Evidence, wordOf } from './evidence.ts';

/** What an element of a map leads to: by the chain, or by the comment where no chain is. */
interface Target {
  readonly service: string;
  readonly portName: string;
  /** Traffic from inside the cluster goes there, traffic from outside, or that is not known. */
  readonly side: 'inside' | 'outside' | 'unknown';
}

/** Every Service that the table names, by `namespace/name`. */
export function liveServices(evidence: Evidence): ReadonlyMap<string, LiveService> {
  const drafts = new Map<string, LiveServiceDraft>();
  const draftOf = (service: string): LiveServiceDraft => {
    const draft = drafts.get(service) ?? newDraft();
    drafts.set(service, draft);
    return draft;
  };
  const clusterIPs = new Set(elementsOf(evidence, 'cluster-ips').flatMap(({ key }) => wordOf(key) ?? []));
  for (const element of [
    ...elementsOf(evidence, 'service-ips'),
    ...elementsOf(evidence, 'firewall-ips'),
    ...elementsOf(evidence, 'no-endpoint-services'),
  ]) {
    const target = targetOf(element, evidence);
    const ip = element.key.kind === 'concat' ? wordOf(element.key.parts[0]) : undefined;
    if (target === undefined || ip === undefined) continue;
    const draft = draftOf(target.service);
    const isInside =
      target.side === 'unknown' ? isClusterIP(ip, clusterIPs, draft) : target.side === 'inside';
    if (isInside) draft.clusterIP = ip;
    else if (ip !== draft.clusterIP) draft.loadBalancerIPs.add(ip);
  }
  readNodePorts(evidence, draftOf);
  readEndpoints(evidence, draftOf);
  return liveServicesOf(drafts);
}

/** 1.29 has no set of cluster IPs: the first address of a Service counts. */
const isClusterIP = (
  ip: string,
  clusterIPs: ReadonlySet<string>,
  { clusterIP }: LiveServiceDraft,
): boolean => (clusterIPs.size > 0 ? clusterIPs.has(ip) : clusterIP === undefined || clusterIP === ip);

function targetOf({ data, comment }: Element, { family }: Evidence): Target | undefined {
  const name = data?.kind === 'goto' ? parseObjectName(data.chain, family) : undefined;
  if (name?.service !== undefined) {
    const side = name.role === 'service' || name.role === 'local' ? 'inside' : 'outside';
    return { service: name.service, portName: name.portName, side };
  }
  const [service = '', portName = ''] = comment?.split(':') ?? [];
  return service.includes('/') ? { service, portName, side: 'unknown' } : undefined;
}

function readNodePorts(evidence: Evidence, draftOf: (service: string) => LiveServiceDraft): void {
  for (const map of ['service-nodeports', 'no-endpoint-nodeports']) {
    for (const element of elementsOf(evidence, map)) {
      const target = targetOf(element, evidence);
      const number = element.key.kind === 'concat' ? element.key.parts.at(-1) : undefined;
      if (target === undefined || number?.kind !== 'number') continue;
      draftOf(target.service).nodePorts.set(target.portName, number.value);
    }
  }
}

/** Endpoints stand in names of their chains, or in the rule that chooses among them. */
function readEndpoints(
  { portChains, family }: Evidence,
  draftOf: (service: string) => LiveServiceDraft,
): void {
  for (const { role, chain } of portChains) {
    const service = parseObjectName(chain.name, family)?.service;
    if (service === undefined || (role !== 'service' && role !== 'local')) continue;
    const { podIPs } = draftOf(service);
    for (const choice of chain.rules.flatMap(({ statements }) => statements.flatMap(choices))) {
      const ip =
        choice.kind === 'goto'
          ? parseObjectName(choice.chain, family)?.endpoint?.ip
          : choice.kind === 'concat'
            ? wordOf(choice.parts[0])
            : choice.kind === 'word'
              ? choice.text
              : undefined;
      if (ip !== undefined) podIPs.add(ip);
    }
  }
}

/**
 * Returns the endpoints, or chains of endpoints, among which a statement chooses; one that it names is the only one.
 */
function choices(statement: Statement): readonly (Expression | Verdict)[] {
  if (statement.kind === 'dnat' && statement.address.kind === 'word') return [statement.address];
  const map =
    statement.kind === 'vmap'
      ? statement.data
      : statement.kind === 'dnat' && statement.address.kind === 'map'
        ? statement.address.data
        : undefined;
  return map?.kind === 'set' ? map.elements.flatMap(({ data }) => data ?? []) : [];
}
