/** Finds the service port of each chain, set and element, by names of chains, comments and addresses. */
import { type Element, type Expression, type Rule } from '../../../netfilter/nftables/model.ts';
import { type IpFamily } from '../../../text/ip.ts';
import { labelOf, parseObjectName, type PortObjectName } from '../rules/parse-names.ts';
import { chainOf } from './same.ts';
import { elementsOf, type Side } from './side.ts';

/** The service ports of both sides. Labels read `ns/name:port/PROTOCOL`. */
export interface Owners {
  /** What the name of a chain or a set says; undefined for objects of the node. */
  readonly nameOf: (object: string) => PortObjectName | undefined;
  /** The service port of an element; undefined for elements of the node, and where nothing tells. */
  readonly ofElement: (set: string, element: Element) => string | undefined;
}

/** Owners of elements that do not name their service port: those of addresses. */
interface Addresses {
  /** By `address . protocol . port`. */
  readonly portals: Map<string, string>;
  /** By address of a Service. */
  readonly services: Map<string, string>;
  /** By `address . protocol . port` of an endpoint. */
  readonly endpoints: Map<string, string>;
}

/** Reads the owners. What the first side says of an address counts more than what the second says. */
export function readOwners(sides: readonly Side[], family: IpFamily): Owners {
  const names = new Map<string, PortObjectName | undefined>();
  const nameOf = (object: string): PortObjectName | undefined => {
    if (!object.includes('/')) return undefined;
    if (!names.has(object)) names.set(object, parseObjectName(object, family));
    return names.get(object);
  };
  let addresses: Addresses | undefined;
  const byAddress = (): Addresses => (addresses ??= readAddresses(sides, nameOf));
  return {
    nameOf,
    ofElement: (set, element) => namedIn(element, nameOf) ?? ownerByAddress(set, element, byAddress),
  };
}

type NameOf = Owners['nameOf'];

/** The service port that an element itself names: by the chain that it leads to, or by its comment. */
function namedIn({ key, data, comment }: Element, nameOf: NameOf): string | undefined {
  const chain = chainOf(data);
  const named = chain === undefined ? undefined : nameOf(chain);
  if (named !== undefined) return named.label;
  if (comment?.includes('/') !== true) return undefined;
  const protocol = partsOf(key).find((part) => PROTOCOLS.has(part));
  return protocol === undefined ? undefined : labelOf(comment, protocol);
}

const PROTOCOLS: ReadonlySet<string> = new Set(['tcp', 'udp', 'sctp']);

/** The fields of a key as texts. */
export const partsOf = (key: Expression): readonly string[] =>
  key.kind === 'concat' ? key.parts.map(textOf) : [textOf(key)];

function textOf(field: Expression): string {
  if (field.kind === 'word') return field.text;
  if (field.kind === 'number') return String(field.value);
  if (field.kind === 'prefix') return `${field.address}/${field.length}`;
  return field.kind === 'range' ? `${field.from}-${field.to}` : '';
}

function ownerByAddress(set: string, { key }: Element, byAddress: () => Addresses): string | undefined {
  const parts = partsOf(key);
  switch (set) {
    case 'cluster-ips':
      return byAddress().services.get(parts[0] ?? '');
    case 'hairpin-connections':
      return byAddress().endpoints.get(parts.slice(1).join(' . '));
    case 'firewall-allow':
      return byAddress().portals.get(parts.slice(0, 3).join(' . '));
    default:
      return undefined;
  }
}

/** Maps and sets that hold addresses and ports of Services. */
const PORTAL_SETS = ['service-ips', 'no-endpoint-services', 'firewall-ips', 'firewall'] as const;

function readAddresses(sides: readonly Side[], nameOf: NameOf): Addresses {
  const addresses: Addresses = { portals: new Map(), services: new Map(), endpoints: new Map() };
  for (const side of sides) {
    for (const set of PORTAL_SETS) {
      for (const element of elementsOf(side, set)) {
        const owner = namedIn(element, nameOf);
        const parts = partsOf(element.key);
        if (owner === undefined) continue;
        setOnce(addresses.portals, parts.join(' . '), owner);
        setOnce(addresses.services, parts[0] ?? '', owner);
      }
    }
    for (const { name, rules } of side.chains.values()) {
      const owner = nameOf(name);
      if (owner === undefined) continue;
      for (const endpoint of rules.flatMap(destinations)) setOnce(addresses.endpoints, endpoint, owner.label);
    }
  }
  return addresses;
}

function setOnce(owners: Map<string, string>, key: string, owner: string): void {
  if (!owners.has(key)) owners.set(key, owner);
}

/** `address . protocol . port` of every endpoint to which a rule sends packets. */
function destinations({ statements }: Rule): readonly string[] {
  const dnat = statements.find((statement) => statement.kind === 'dnat');
  if (dnat?.kind !== 'dnat') return [];
  const protocol = statements.find(
    (statement) =>
      statement.kind === 'match' && statement.left.kind === 'meta' && statement.left.key === 'l4proto',
  );
  const name = protocol?.kind === 'match' ? textOf(protocol.right) : '';
  const { address, port } = dnat;
  if (address.kind !== 'map')
    return [`${textOf(address)} . ${name} . ${port === undefined ? '' : textOf(port)}`];
  if (address.data.kind !== 'set') return [];
  return address.data.elements.flatMap(({ data }) => {
    if (data?.kind !== 'concat') return [];
    const [ip = '', number = ''] = partsOf(data);
    return [`${ip} . ${name} . ${number}`];
  });
}
