import { DEFAULT_CLUSTER_OPTIONS } from '../cluster/options.ts';
import { type Compilation } from '../compile.ts';
import { type Resource } from '../manifest/resource.ts';
import { type Pod } from '../manifest/types.ts';
import { readEvidence } from '../modes/iptables/recognise/evidence.ts';
import { observeSettings } from '../modes/iptables/recognise/observe-settings.ts';
import { type Dump } from '../netfilter/iptables/dump.ts';
import { type SetDefinition } from '../netfilter/ipset/model.ts';
import { type RuleSet } from '../netfilter/iptables/model.ts';
import { type ModeName, type ModelOf } from '../modes/modes.ts';
import { type Ruleset, type Statement } from '../netfilter/nftables/model.ts';
import { isVerdict } from '../netfilter/nftables/verdict-text.ts';
import { printExpression } from '../netfilter/nftables/expression-text.ts';
import { compileIptables } from '../packets/iptables/compile-program.ts';
import { compileIpvs } from '../packets/ipvs/compile-program.ts';
import { compileNftables } from '../packets/nftables/compile-program.ts';
import { includes } from '../packets/intervals.ts';
import { type Program } from '../packets/program.ts';
import { addressNumber } from '../text/ip-number.ts';
import { type LocalTraffic } from '../proxy/settings.ts';
import { type Cidr, familyOf, type IpFamily } from '../text/ip.ts';
import { type Portal } from './portal.ts';
import { rulesetPortals } from './nft-portals.ts';
import { livePortals, portalsOf } from './portals.ts';
import { type Surroundings } from './sources.ts';

/** A node of one IP family: its rules, and what names of Services and clients mean there. */
export interface TracedNode {
  readonly program: Program;
  readonly portals: readonly Portal[];
  readonly here: Surroundings;
}

/** The modes whose packets can be followed. */
export const TRACED_MODES = [
  'iptables',
  'nftables',
  'ipvs',
  'userspace',
] as const satisfies readonly ModeName[];

/** How the rules of each mode become a program. */
const PROGRAMS: {
  readonly [Name in ModeName]: (
    model: ModelOf<Name>,
    family: IpFamily,
    nodeAddresses: readonly string[],
  ) => Program;
} = {
  iptables: (ruleSet, _family, nodeAddresses) => compileIptables(ruleSet, nodeAddresses),
  nftables: compileNftables,
  ipvs: (model, _family, nodeAddresses) => compileIpvs(model, nodeAddresses),
  userspace: (ruleSet, _family, nodeAddresses) => compileIptables(ruleSet, nodeAddresses),
};

const programOf = <Name extends ModeName>({
  mode,
  model,
  settings,
}: Pick<Compilation<Name>, 'mode' | 'model' | 'settings'>): Program =>
  PROGRAMS[mode](model, settings.ipFamily, settings.nodeAddresses);

/** The node that manifests are compiled for, in any mode. */
export function compiledNode(compilation: Compilation): TracedNode {
  const { settings, state } = compilation;
  const { ipFamily: family } = settings;
  const endpoints = state.ports.flatMap((port) => port.endpoints.reachable.map(({ ip }) => ip));
  const program = programOf(compilation);
  return {
    program,
    portals: portalsOf(state.ports),
    here: {
      ...surroundings(family, settings.localTraffic, settings.clusterCidrs),
      nodeAddresses: ownAddresses(settings.nodeAddresses, family),
      taken: new Set(endpoints),
      pods: podAddresses(compilation.manifests.resources),
      isBound: isBoundBy(program),
    },
  };
}

/**
 * Returns the node from which a dump was taken. A dump does not hold the node's addresses, so `nodeAddresses`
 * gives the known ones. Manifests may add names and addresses that the rules do not show. `sets` are those that
 * rules look up.
 */
export function dumpedNode(
  dump: Dump,
  nodeAddresses: readonly string[],
  compilation: Compilation | undefined,
  sets: readonly SetDefinition[] = [],
): TracedNode {
  const addresses = allAddresses(nodeAddresses, compilation);
  return observedNode(compileIptables(dump, addresses, sets), addresses, compilation, {
    portals: () => livePortals(dump),
    taken: () => translatedAddresses(dump),
    localTraffic: observeSettings(readEvidence(dump)).localTraffic,
  });
}

/** Returns the node from which a list of nftables rules was taken, for packets of one family. */
export function dumpedRulesetNode(
  ruleset: Ruleset,
  family: IpFamily,
  nodeAddresses: readonly string[],
  compilation: Compilation | undefined,
): TracedNode {
  const addresses = allAddresses(nodeAddresses, compilation);
  return observedNode(compileNftables(ruleset, family, addresses), addresses, compilation, {
    portals: () => rulesetPortals(ruleset, family),
    taken: () => dnatAddresses(ruleset),
    localTraffic: undefined,
  });
}

/** The addresses of the node that are given, and those that manifests tell. */
export const allAddresses = (
  nodeAddresses: readonly string[],
  compilation: Compilation | undefined,
): readonly string[] => [...new Set([...nodeAddresses, ...(compilation?.settings.nodeAddresses ?? [])])];

/** Facts about a node from its rules, used when no manifests give them. */
export interface Observed {
  readonly portals: () => readonly Portal[];
  readonly taken: () => ReadonlySet<string>;
  readonly localTraffic: LocalTraffic | undefined;
}

/** Returns the node of a dump. Manifests, where there are some, tell more than `observed`. */
export function observedNode(
  program: Program,
  addresses: readonly string[],
  compilation: Compilation | undefined,
  observed: Observed,
): TracedNode {
  const { family } = program;
  const known = compilation === undefined ? undefined : compiledNode(compilation);
  const localTraffic = observed.localTraffic ?? compilation?.settings.localTraffic ?? { kind: 'none' };
  return {
    program,
    portals: known?.portals ?? observed.portals(),
    here: {
      ...surroundings(family, localTraffic, compilation?.settings.clusterCidrs ?? []),
      nodeAddresses: ownAddresses(addresses, family),
      taken: known?.here.taken ?? observed.taken(),
      pods: known?.here.pods ?? new Map(),
      isBound: isBoundBy(program),
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

/** The addresses that the host has for a balancer alone. */
const isBoundBy =
  ({ virtualAddresses = [], family }: Program): Surroundings['isBound'] =>
  (address) =>
    familyOf(address) === family && includes(virtualAddresses, addressNumber(address));

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

/** Addresses that rules of nftables send packets to. */
function dnatAddresses({ tables }: Ruleset): ReadonlySet<string> {
  const statements = tables.flatMap(({ chains }) =>
    chains.flatMap(({ rules }) => rules.flatMap((rule) => rule.statements)),
  );
  return new Set(statements.flatMap(addressesOfDnat));
}

function addressesOfDnat(statement: Statement): readonly string[] {
  if (statement.kind !== 'dnat') return [];
  const { address } = statement;
  if (address.kind !== 'map') return [printExpression(address)];
  return address.data.kind !== 'set'
    ? []
    : address.data.elements.flatMap(({ data }) => {
        if (data === undefined || isVerdict(data)) return [];
        return [printExpression(data.kind === 'concat' ? (data.parts[0] ?? data) : data)];
      });
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
