/** Finds the release and the settings of the kube-proxy that wrote a dump of mode userspace. */
import { diagnostic } from '../../diagnostics/diagnostic.ts';
import { type Features } from '../../dialect/features.ts';
import { modesAt } from '../../dialect/mode-history.ts';
import { type Version, VERSIONS } from '../../dialect/version.ts';
import { type Dump } from '../../netfilter/iptables/dump.ts';
import { mostFrequent } from '../../text/most-frequent.ts';
import { fitVersions, is, type ObservedFeatures, type Seen } from '../fit-versions.ts';
import { type LiveServiceDraft, liveServicesOf, newDraft } from '../live-service-draft.ts';
import { type LiveService, type ObservedSettings, type Recognition } from '../mode.ts';
import { CHAINS } from './pieces.ts';
import { type Portal, portalsOf, portOf } from './portals.ts';

const WITH_MODE: readonly Version[] = VERSIONS.filter((version) =>
  modesAt(version).some(({ name }) => name === 'userspace'),
);

/**
 * Returns true for a dump with the chains of mode userspace, and without the one through which all packets pass in mode
 * iptables. (pkg/proxy/userspace/proxier.go)
 */
export function isOfUserspace({ tables }: Dump): boolean {
  const hasChain = (chain: string): boolean =>
    tables.some(({ name, chains }) => name === 'nat' && chains.some((each) => each.name === chain));
  return hasChain(CHAINS.portalsContainer) && !hasChain('KUBE-SERVICES');
}

const LISTED = diagnostic(
  'node-unreadable',
  'what iptables -L prints does not tell where rules of mode userspace lead: give what iptables-save prints',
);

/** Finds the releases and the settings of the kube-proxy that made what a dump holds. */
export function recogniseDump(dump: Dump): Recognition {
  const portals = portalsOf(dump);
  const { versions, near, misfitsOf, seen } = fitVersions(observe(dump, portals), WITH_MODE);
  return {
    family: dump.family,
    ...(dump.form === 'list' && { refusal: LISTED }),
    versions: seen === 0 ? [] : versions,
    candidates: versions,
    near,
    misfitsOf,
    likely: (some) => some,
    whyUnlikely: () => [],
    settings: settingsOf(portals),
    services: () => servicesOf(portals),
  };
}

function observe(dump: Dump, portals: readonly Portal[]): ObservedFeatures {
  const filter = filterOf(dump, portals);
  const names = portals.flatMap(({ name }) => name ?? []);
  const unnamed = names.filter((name) => !/:./.test(name));
  return {
    ...(filter && { userspaceFilter: filter }),
    ...(unnamed.length > 0 && { unnamedPortColon: is(unnamed.some((name) => name.endsWith(':'))) }),
  };
}

function filterOf(
  { tables }: Dump,
  portals: readonly Portal[],
): Seen<Features['userspaceFilter']> | undefined {
  const filter = tables.find(({ name }) => name === 'filter');
  if (filter === undefined) return undefined;
  if (!filter.chains.some(({ name }) => name === CHAINS.nonLocal)) return is('none');
  const own = portals.filter(({ chain }) => chain === CHAINS.nonLocal);
  if (own.length === 0) return is('comment-once', 'comment-twice');
  const isTwice = own.some(({ rule }) => rule.matches.filter(({ kind }) => kind === 'comment').length > 1);
  return is(isTwice ? 'comment-twice' : 'comment-once');
}

/** The address of the node, and that on which the proxy listens when it does not listen on all. */
function settingsOf(portals: readonly Portal[]): ObservedSettings {
  const addressIn = (chains: readonly string[]): string | undefined =>
    mostFrequent(
      portals.flatMap(({ chain, proxyIP }) =>
        chains.includes(chain) && proxyIP !== undefined ? [proxyIP] : [],
      ),
    );
  const hostIP = addressIn([CHAINS.portalsHost, CHAINS.nodePortHost]);
  const listenIP = addressIn([CHAINS.portalsContainer, CHAINS.nodePortContainer]);
  return {
    ...(hostIP !== undefined && { hostIP }),
    ...(listenIP !== undefined && { listenIP }),
    familyServed: true,
  };
}

/** kube-proxy opens the cluster IP of a service port first, then external IPs, and load balancers last. */
function servicesOf(portals: readonly Portal[]): ReadonlyMap<string, LiveService> {
  const drafts = new Map<string, LiveServiceDraft>();
  for (const { chain, name, rule, line } of portals) {
    if (name === undefined) continue;
    const [service = '', portName = ''] = name.split(':');
    const draft = drafts.get(service) ?? newDraft();
    drafts.set(service, draft);
    const port = portOf(rule);
    if (chain === CHAINS.nodePortContainer && port !== undefined) draft.nodePorts.set(portName, port);
    const ip = rule.destination?.value.replace(/\/\d+$/, '');
    const isPortal = chain === CHAINS.portalsContainer && ip !== undefined;
    if (!isPortal || /--physdev-is-in|--dst-type LOCAL/.test(line)) continue;
    if (draft.clusterIP === undefined) draft.clusterIP = ip;
    else if (ip !== draft.clusterIP) draft.loadBalancerIPs.add(ip);
  }
  return liveServicesOf(drafts);
}
