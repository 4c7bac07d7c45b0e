/** Puts the facts of all service ports together. */
import { type Features } from '../../../dialect/features.ts';
import { printEntry } from '../../../netfilter/ipset/print.ts';
import { type SetDefinition, type SetEntry } from '../../../netfilter/ipset/model.ts';
import { type RealServer, type VirtualServer } from '../../../netfilter/ipvs/model.ts';
import { printVirtualAddress } from '../../../netfilter/ipvs/print.ts';
import { type ProxySettings } from '../../../proxy/settings.ts';
import { type ProxyEndpoint, type ProxyState } from '../../../proxy/state.ts';
import { address, entry, type Fact, type FactContext, type Portal } from './facts.ts';
import { nodePortIps, ownIps } from './node-ips.ts';
import { isRefusedEntry, servicePortFacts } from './service-facts.ts';
import { addressKey, entryKey, type Owners } from '../model.ts';
import { labelOf } from './label.ts';
import { defineSet, setName, type SetKey, setsOf } from './set-table.ts';
import { inServerOrder, realServers, virtualServer } from './virtual-server.ts';
import { inAddressOrder } from '../address-order.ts';

/** Everything of a node but its rules, and what the rules depend on. */
export interface Collected {
  readonly sets: readonly SetDefinition[];
  readonly servers: readonly VirtualServer[];
  readonly addresses: readonly string[];
  readonly owners: Owners;
  /** The sets that kube-proxy holds for empty: it makes no rules for them. */
  readonly isEmpty: (key: SetKey) => boolean;
  /** In the order of the Services; each once for each time that a Service names it. */
  readonly closedToNode: readonly Portal[];
}

/** Goes through all service ports. */
export function collect(state: ProxyState, settings: ProxySettings, features: Features): Collected {
  const draft: Draft = {
    sets: new Set(setsOf(features)),
    entries: new Map(),
    counted: new Set(),
    servers: new Map(),
    realServers: new Map(),
    bound: new Set(),
    closed: [],
    owners: new Map(),
  };
  const context: FactContext = {
    settings,
    features,
    nodeIps: nodePortIps(state.nodePortAddresses, settings, features),
    ownIps: new Set(ownIps(settings)),
  };
  for (const port of state.ports) {
    const owner = labelOf(port);
    for (const fact of servicePortFacts(port, context)) {
      const key = note(draft, fact, settings, features);
      if (key !== undefined && !draft.owners.has(key)) draft.owners.set(key, owner);
    }
  }
  for (const ip of draft.bound) {
    const key = note(draft, entry('boundIps', [address(ip)]), settings, features);
    const owner = draft.owners.get(addressKey(ip));
    if (key !== undefined && owner !== undefined) draft.owners.set(key, owner);
  }
  return finish(draft, settings, features);
}

interface Draft {
  /** Those of the release. */
  readonly sets: ReadonlySet<SetKey>;
  /** By set, then by text. */
  readonly entries: Map<SetKey, Map<string, SetEntry>>;
  /** The sets that were given an entry, even one that ipset refuses. */
  readonly counted: Set<SetKey>;
  /** By text of the virtual address. Of two Services with one address, the later has it. */
  readonly servers: Map<string, VirtualServer>;
  /** Virtual servers of one list of endpoints share their real servers. */
  readonly realServers: Map<readonly ProxyEndpoint[], readonly RealServer[]>;
  readonly bound: Set<string>;
  readonly closed: Portal[];
  readonly owners: Map<string, string>;
}

/** Adds a fact. Returns the key of the part that it makes; undefined when it makes none. */
function note(draft: Draft, fact: Fact, settings: ProxySettings, features: Features): string | undefined {
  switch (fact.kind) {
    case 'entry': {
      if (!draft.sets.has(fact.set)) return undefined;
      draft.counted.add(fact.set);
      if (isRefusedEntry(fact, settings.ipFamily, features)) return undefined;
      const { parts } = fact;
      let entries = draft.entries.get(fact.set);
      if (entries === undefined) draft.entries.set(fact.set, (entries = new Map<string, SetEntry>()));
      const added = { parts, options: [] };
      const text = printEntry(added);
      entries.set(text, added);
      return entryKey(setName(fact.set, settings.ipFamily, features), text);
    }
    case 'server': {
      const { endpoints } = fact;
      const reals = draft.realServers.get(endpoints) ?? realServers(endpoints);
      draft.realServers.set(endpoints, reals);
      const server = virtualServer(fact, reals, settings, features);
      const key = printVirtualAddress(server.address);
      draft.servers.set(key, server);
      // Of two Services with one address, the later has it.
      draft.owners.delete(key);
      return key;
    }
    case 'bound':
      draft.bound.add(fact.ip);
      return addressKey(fact.ip);
    case 'closed-to-node':
      draft.closed.push(fact.portal);
      return undefined;
  }
}

function finish(draft: Draft, { ipFamily }: ProxySettings, features: Features): Collected {
  const sets = setsOf(features).map((key) => {
    const entries = [...(draft.entries.get(key) ?? [])].sort(byKey).map(([, added]) => added);
    return defineSet(key, entries, ipFamily, features);
  });
  return {
    sets: sets.sort((a, b) => (a.name < b.name ? -1 : 1)),
    servers: inServerOrder([...draft.servers.values()]),
    addresses: inAddressOrder([...draft.bound], (ip) => ip),
    owners: draft.owners,
    isEmpty: (key) => !draft.counted.has(key),
    closedToNode: draft.closed,
  };
}

const byKey = ([a]: readonly [string, SetEntry], [b]: readonly [string, SetEntry]): number =>
  a < b ? -1 : 1;
