/** What belongs to which Service in a captured table, worked out here apart from the code under test. */
import {
  type Chain,
  type Element,
  type Expression,
  type NamedSet,
  type Rule,
  type Table,
} from '../../../../../src/netfilter/nftables/model.ts';
import { drawIn, withDraw } from './draws.ts';

export interface SeenEndpoint {
  readonly owner: string;
  /** `ip . port`. */
  readonly address: string;
}

export interface TableOwners {
  /** `ns/name:port` of the chain or set; null for those of the node. */
  readonly ofChain: (name: string) => string | null;
  readonly ofElement: (set: string, element: Element) => string | null;
  readonly labels: readonly string[];
  readonly endpoints: readonly SeenEndpoint[];
}

const NAME = /^[a-z]+-[A-Z2-7]{8}-([^/]+\/[^/]+)\/(?:tcp|udp|sctp)\/([^/_]*)/;

const ofChain = (name: string): string | null => {
  const [, service, port = ''] = NAME.exec(name) ?? [];
  return service === undefined ? null : `${service}${port === '' ? '' : `:${port}`}`;
};

const text = (expression: Expression | undefined): string => {
  if (expression?.kind === 'word') return expression.text;
  return expression?.kind === 'number' ? String(expression.value) : '';
};

const parts = (key: Expression): readonly string[] =>
  key.kind === 'concat' ? key.parts.map(text) : [text(key)];

const ownName = ({ data, comment }: Element): string | null => {
  if (data?.kind === 'goto' && ofChain(data.chain) !== null) return ofChain(data.chain);
  return comment ?? null;
};

export function ownersOf(table: Table): TableOwners {
  const byPortal = new Map<string, string>();
  const byAddress = new Map<string, string>();
  const byEndpoint = new Map<string, string>();
  const labels = new Set<string>();
  const endpoints: SeenEndpoint[] = [];
  // Where two Services share an address, it counts for the one that is looked at first.
  for (const name of ['service-ips', 'no-endpoint-services', 'firewall-ips', 'firewall']) {
    for (const element of table.sets.find((set) => set.name === name)?.elements ?? []) {
      const owner = ownName(element);
      if (owner === null) continue;
      labels.add(owner);
      const key = parts(element.key);
      if (!byPortal.has(key.join(' '))) byPortal.set(key.join(' '), owner);
      if (!byAddress.has(key[0] ?? '')) byAddress.set(key[0] ?? '', owner);
    }
  }
  for (const chain of table.chains) {
    const owner = ofChain(chain.name);
    if (owner === null) continue;
    for (const address of addressesIn(chain)) {
      if (!byEndpoint.has(address)) byEndpoint.set(address, owner);
      if (!endpoints.some((one) => one.owner === owner && one.address === address))
        endpoints.push({ owner, address });
    }
  }
  return {
    ofChain,
    labels: [...labels],
    endpoints,
    ofElement: (set, element) => {
      const key = parts(element.key);
      if (set === 'cluster-ips') return byAddress.get(key[0] ?? '') ?? null;
      if (set === 'hairpin-connections') return byEndpoint.get(hairpinEndpoint(element)) ?? null;
      if (set === 'firewall-allow') return byPortal.get(key.slice(0, 3).join(' ')) ?? null;
      return ownName(element);
    },
  };
}

const addressesIn = ({ rules }: Chain): readonly string[] =>
  rules.flatMap(({ statements }) =>
    statements.flatMap((statement): readonly string[] => {
      if (statement.kind !== 'dnat') return [];
      if (statement.address.kind === 'word') return [`${text(statement.address)} . ${text(statement.port)}`];
      return (
        drawIn(statement)?.elements.flatMap(({ data }) =>
          data?.kind === 'concat' ? [data.parts.map(text).join(' . ')] : [],
        ) ?? []
      );
    }),
  );

/** The table without an endpoint of a Service, as kube-proxy would write it; undefined when it is the only one. */
export function withoutEndpoint(
  table: Table,
  owners: TableOwners,
  { owner, address }: SeenEndpoint,
): Table | undefined {
  const gone = new Set(
    table.chains
      .filter(
        (chain) =>
          chain.name.startsWith('endpoint-') &&
          ofChain(chain.name) === owner &&
          addressesIn(chain).includes(address),
      )
      .map(({ name }) => name),
  );
  const withoutDraw = (rule: Rule): readonly Rule[] => {
    const last = rule.statements.at(-1);
    if (last?.kind === 'goto' && gone.has(last.chain)) return [];
    const draw = last && drawIn(last);
    if (last === undefined || draw === undefined) return [rule];
    const kept = draw.elements.filter(({ data }) =>
      data?.kind === 'goto'
        ? !gone.has(data.chain)
        : data?.kind !== 'concat' || data.parts.map(text).join(' . ') !== address,
    );
    const elements = kept.map((element, value) => ({ ...element, key: { kind: 'number', value } as const }));
    return [
      { ...rule, statements: [...rule.statements.slice(0, -1), withDraw(last, elements, kept.length)] },
    ];
  };
  const chains = table.chains
    .filter(({ name }) => !gone.has(name))
    .map((chain) =>
      ofChain(chain.name) === owner ? { ...chain, rules: chain.rules.flatMap(withoutDraw) } : chain,
    );
  const affinity = new Set([...gone].map((name) => name.replace(/^endpoint-/, 'affinity-')));
  const sets = table.sets
    .filter(({ name }) => !affinity.has(name))
    .map((set) => withoutElements(set, (element) => isHairpin(set, element, owners, { owner, address })));
  const isLast = chains.some(({ rules }) =>
    rules.some(({ statements }) => statements.some((statement) => drawIn(statement)?.elements.length === 0)),
  );
  return isLast ? undefined : { ...table, chains, sets };
}

const isHairpin = (
  set: NamedSet,
  element: Element,
  owners: TableOwners,
  { owner, address }: SeenEndpoint,
): boolean =>
  set.name === 'hairpin-connections' &&
  hairpinEndpoint(element) === address &&
  owners.ofElement(set.name, element) === owner;

/** The endpoint that an element is about: `ip . port`. */
const hairpinEndpoint = ({ key }: Element): string => {
  const [, ip = '', , port = ''] = parts(key);
  return `${ip} . ${port}`;
};

const withoutElements = (set: NamedSet, isGone: (element: Element) => boolean): NamedSet => ({
  ...set,
  elements: set.elements.filter((element) => !isGone(element)),
});

/** The table without all that belongs to a service port. What another one needs, too, stays. */
export function withoutService(table: Table, owners: TableOwners, owner: string): Table {
  const others = owners.endpoints.filter((endpoint) => endpoint.owner !== owner);
  const shared = new Set(others.map(({ address }) => address));
  const isOwn = (set: string, element: Element): boolean =>
    owners.ofElement(set, element) === owner &&
    !(set === 'hairpin-connections' && shared.has(hairpinEndpoint(element)));
  return {
    ...table,
    chains: table.chains.filter(({ name }) => ofChain(name) !== owner),
    sets: table.sets
      .filter(({ name }) => ofChain(name) !== owner)
      .map((set) => withoutElements(set, (element) => isOwn(set.name, element))),
  };
}

const renamed = (name: string): string => name.replace(/^([a-z]+-[A-Z2-7]{8}-)/, '$1old-');

/**
 * The table with a second Service like the given one, under another name and at other ports; undefined when no map would
 * lead to it.
 */
export function clone(
  table: Table,
  owners: TableOwners,
  owner: string,
): { readonly table: Table; readonly owner: string } | undefined {
  const chains = table.chains.filter(({ name }) => ofChain(name) === owner);
  const sets = table.sets.filter(({ name }) => ofChain(name) === owner);
  const own = new Set([...chains, ...sets].map(({ name }) => name));
  const retarget = <T>(value: T): T =>
    JSON.parse(
      JSON.stringify(value, (_key, item: unknown) =>
        typeof item === 'string' && own.has(item) ? renamed(item) : item,
      ),
    ) as T;
  const added = new Map(
    table.sets.map((set) => [
      set.name,
      set.name === 'service-ips' || set.name === 'service-nodeports'
        ? set.elements
            .filter((element) => owners.ofElement(set.name, element) === owner)
            .map((element) => ({ ...retarget(element), key: otherPort(element.key) }))
        : [],
    ]),
  );
  if ([...added.values()].every((elements) => elements.length === 0)) return undefined;
  return {
    owner: `old-${owner}`,
    table: {
      ...table,
      chains: [...table.chains, ...chains.map((chain) => retarget(chain))],
      sets: [
        ...table.sets.map((set) => ({ ...set, elements: [...set.elements, ...(added.get(set.name) ?? [])] })),
        ...sets.map((set) => retarget(set)),
      ],
    },
  };
}

const otherPort = (key: Expression): Expression =>
  key.kind === 'concat'
    ? { ...key, parts: [...key.parts.slice(0, -1), { kind: 'number', value: 4000 }] }
    : key;
