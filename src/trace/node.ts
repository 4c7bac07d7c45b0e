import { DEFAULT_CLUSTER_OPTIONS } from '../cluster/options.ts';
import { type Compilation } from '../compile.ts';
import { type Resource } from '../manifest/resource.ts';
import { type Pod } from '../manifest/types.ts';
import { readEvidence } from '../modes/iptables/recognise/evidence.ts';
import { observeSettings } from '../modes/iptables/recognise/observe-settings.ts';
import { type Dump } from '../netfilter/iptables/dump.ts';
import { type RuleSet } from '../netfilter/iptables/model.ts';
import { compileIptables } from '../packets/iptables/compile-program.ts';
import { type Program } from '../packets/program.ts';
import { type LocalTraffic } from '../proxy/settings.ts';
import { type Cidr, familyOf, type IpFamily } from '../text/ip.ts';
import { type Portal } from './portal.ts';
import { livePortals, portalsOf } from './portals.ts';
import { type Surroundings } from './sources.ts';

/** A node of one IP family: its rules, and what names of Services and clients mean there. */
export interface TracedNode {
  readonly program: Program;
  readonly portals: readonly Portal[];
  readonly here: Surroundings;
}

/** The node that manifests are compiled for. */
export function compiledNode(compilation: Compilation<'iptables'>): TracedNode {
  const { settings, state, model: ruleSet } = compilation;
  const endpoints = state.ports.flatMap((port) => port.endpoints.reachable.map(({ ip }) => ip));
  return {
    program: compileIptables(ruleSet, settings.nodeAddresses),
    portals: portalsOf(state.ports),
    here: {
      ...surroundings(ruleSet.family, settings.localTraffic, settings.clusterCidrs),
      nodeAddresses: ownAddresses(settings.nodeAddresses, ruleSet.family),
      taken: new Set(endpoints),
      pods: podAddresses(compilation.manifests.resources),
    },
  };
}

/**
 * The node that a dump is of. Its addresses are not in the dump: `nodeAddresses` are those that are known. Manifests,
 * when there are any, tell names and addresses that rules do not.
 */
export function dumpedNode(
  dump: Dump,
  nodeAddresses: readonly string[],
  compilation: Compilation<'iptables'> | undefined,
): TracedNode {
  const addresses = [...new Set([...nodeAddresses, ...(compilation?.settings.nodeAddresses ?? [])])];
  const observed = observeSettings(readEvidence(dump));
  const known = compilation === undefined ? undefined : compiledNode(compilation);
  return {
    program: compileIptables(dump, addresses),
    portals: known?.portals ?? livePortals(dump),
    here: {
      ...surroundings(
        dump.family,
        observed.localTraffic ?? { kind: 'none' },
        compilation?.settings.clusterCidrs ?? [],
      ),
      nodeAddresses: ownAddresses(addresses, dump.family),
      taken: known?.here.taken ?? translatedAddresses(dump),
      pods: known?.here.pods ?? new Map<string, readonly string[]>(),
    },
  };
}

function surroundings(
  family: IpFamily,
  localTraffic: LocalTraffic,
  clusterCidrs: readonly Cidr[],
): Pick<Surroundings, 'family' | 'podNetwork' | 'podInterface'> {
  const candidates = [
    ...(localTraffic.kind === 'cidr' ? [localTraffic.cidr] : []),
    ...clusterCidrs,
    ...DEFAULT_CLUSTER_OPTIONS.podCidrs,
  ];
  const podNetwork = candidates.find((cidr) => cidr.family === family);
  if (podNetwork === undefined) throw new Error(`no pod network of ${family}`);
  return {
    family,
    podNetwork,
    podInterface: localTraffic.kind === 'interface' ? localTraffic.name : undefined,
  };
}

const LOOPBACK = /^127\.|^::1$/;

const ownAddresses = (addresses: readonly string[], family: IpFamily): readonly string[] =>
  addresses.filter((address) => familyOf(address) === family && !LOOPBACK.test(address));

/** Addresses that rules send packets to. */
function translatedAddresses({ tables }: RuleSet): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { chains } of tables) {
    for (const { rules } of chains) {
      for (const { target } of rules) {
        if (target?.kind === 'dnat')
          found.add(target.destination.replace(/:\d+$/, '').replace(/^\[|\]$/g, ''));
      }
    }
  }
  return found;
}

/** Addresses of Pods by `namespace/name`, and by `name` where no other namespace has one of that name. */
function podAddresses(resources: readonly Resource[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const names = new Map<string, number>();
  const pods = resources.filter(isPod).map(({ object }) => object);
  for (const { metadata, status } of pods) {
    if (status.podIPs.length === 0) continue;
    found.set(`${metadata.namespace}/${metadata.name}`, status.podIPs);
    names.set(metadata.name, (names.get(metadata.name) ?? 0) + 1);
  }
  for (const { metadata, status } of pods) {
    if (names.get(metadata.name) === 1) found.set(metadata.name, status.podIPs);
  }
  return found;
}

const isPod = (resource: Resource): resource is Resource<Pod> => resource.object.kind === 'Pod';
