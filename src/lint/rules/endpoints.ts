import { formatSubject } from '../../diagnostics/format.ts';
import { type EndpointSlice, type Service, type ServicePortSpec } from '../../manifest/types.ts';
import { canonicalIp, familyOf } from '../../text/ip.ts';
import { type JsonPath } from '../../text/json-path.ts';
import { type Fields, fields, items, text, textMap } from '../../manifest/check/json.ts';
import { type Finding, finding } from '../finding.ts';
import { type LintInput, type LintedService } from '../input.ts';
import { type NamedObject } from '../raw.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';

/**
 * Ports of Services that none of their EndpointSlices or Endpoints has by name and protocol, though they have
 * some.
 */
export function endpointPortMissing({ services }: LintInput): readonly Finding[] {
  return services.flatMap((linted) => {
    const { source, service } = linted;
    if (source.origin !== 'EndpointSlices' && source.origin !== 'Endpoints') return [];
    const slices = source.slices.filter(({ endpoints }) => endpoints.length > 0);
    const there = new Set(slices.flatMap(({ ports }) => ports.map(portKey)));
    if (slices.length === 0 || isHeadless(service)) return [];
    return service.spec.ports.flatMap((port, index) =>
      there.has(portKey(port)) ? [] : [missingPort(linted, port, index, slices)],
    );
  });
}

const isHeadless = ({ spec }: Service): boolean => spec.clusterIP === 'None' || spec.type === 'ExternalName';

const portKey = ({
  name = '-',
  protocol,
}: Pick<EndpointSlice['ports'][number], 'name' | 'protocol'>): string => `${name}/${protocol}`;

const portName = (name: string | undefined): string => (name === '' ? 'without a name' : (name ?? '(null)'));

function missingPort(
  linted: LintedService,
  { name, protocol }: ServicePortSpec,
  index: number,
  slices: readonly EndpointSlice[],
): Finding {
  const names = new Set(
    slices.flatMap(({ ports }) => ports.map((port) => `${portName(port.name)} (${port.protocol})`)),
  );
  const known =
    names.size === 0 ? 'they have no ports' : `there are ${[...names].slice(0, MOST_NAMES).join(', ')}`;
  const wanted =
    name === '' ? `${protocol} port without a name` : `${protocol} port named ${JSON.stringify(name)}`;
  const path = ['spec', 'ports', index];
  return finding('endpoint-port-missing', linted, path, `the endpoints have no ${wanted}; ${known}`);
}

const MOST_NAMES = 10;

/** Finds EndpointSlices and Endpoints whose Service is missing in the input. */
export function endpointsWithoutService({ raw, directory }: LintInput): readonly Finding[] {
  return raw.flatMap((object) => {
    const owner = ownerOf(object);
    if (owner === undefined || directory.names(object.namespace).length === 0) return [];
    const found = directory.find(object.namespace, owner.service);
    if (found.is !== 'missing') return [];
    return [finding('endpoints-without-service', object, owner.path, found.message)];
  });
}

function ownerOf(object: NamedObject): { readonly service: string; readonly path: JsonPath } | undefined {
  const metadata = fields(object.fields['metadata']);
  if (object.kind === 'Endpoints' && object.group === '') {
    // Old leader elections keep their lock in an Endpoints object.
    if (Object.hasOwn(textMap(metadata['annotations']), LEADER)) return undefined;
    return { service: object.name, path: ['metadata', 'name'] };
  }
  if (object.kind !== 'EndpointSlice' || object.group !== 'discovery.k8s.io') return undefined;
  const labels = textMap(metadata['labels']);
  if (!Object.hasOwn(labels, SERVICE_NAME)) return undefined;
  return { service: labels[SERVICE_NAME] ?? '', path: ['metadata', 'labels', SERVICE_NAME] };
}

/** Finds endpoints that are the cluster IP of a Service. (kubernetes.io/docs: Services without selectors) */
export function endpointIsClusterIp({ raw, services }: LintInput): readonly Finding[] {
  const owners = new Map<string, LintedService>();
  for (const linted of services) {
    for (const address of linted.service.spec.clusterIPs) {
      if (familyOf(address) !== undefined) owners.set(canonicalIp(address), linted);
    }
  }
  if (owners.size === 0) return [];
  return raw.flatMap((object) =>
    addressesIn(object).flatMap(({ address, path }) => {
      const owner = familyOf(address) === undefined ? undefined : owners.get(canonicalIp(address));
      if (owner === undefined) return [];
      return [
        finding(
          'endpoint-is-cluster-ip',
          object,
          path,
          `${address} is the cluster IP of ${formatSubject(owner)}`,
        ),
      ];
    }),
  );
}

interface AddressAt {
  readonly address: string;
  readonly path: JsonPath;
}

function addressesIn({ kind, group, fields: object }: NamedObject): readonly AddressAt[] {
  if (kind === 'EndpointSlice' && group === 'discovery.k8s.io') return sliceAddresses(object);
  if (kind === 'Endpoints' && group === '') return subsetAddresses(object);
  return [];
}

const sliceAddresses = (object: Fields): readonly AddressAt[] =>
  items(object['endpoints']).flatMap((endpoint, index) =>
    items(fields(endpoint)['addresses']).map((address, position) => ({
      address: text(address),
      path: ['endpoints', index, 'addresses', position],
    })),
  );

const subsetAddresses = (object: Fields): readonly AddressAt[] =>
  items(object['subsets']).flatMap((subset, index) =>
    ['addresses', 'notReadyAddresses'].flatMap((list) =>
      items(fields(subset)[list]).map((address, position) => ({
        address: text(fields(address)['ip']),
        path: ['subsets', index, list, position, 'ip'],
      })),
    ),
  );
