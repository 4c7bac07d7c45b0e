import { type ObjectOf } from '../../schema/pieces.ts';
import { type Endpoint, type EndpointPort, type EndpointSlice, type ObjectMeta } from '../types.ts';
import {
  type Fields,
  fields,
  filledText,
  items,
  optionalFlag,
  optionalNumber,
  optionalText,
  text,
  texts,
} from './json.ts';
import {
  type betaEndpointSchema,
  type betaEndpointSliceSchema,
  type conditionsSchema,
  type endpointPortSchema,
  type endpointSchema,
  type endpointSliceSchema,
  type hintsSchema,
} from './schemas/endpoints.ts';
import { type Unchecked, type Writable } from './unchecked.ts';

/** An EndpointSlice of either version. Fields that a version does not have are absent. */
export type RawSlice = ObjectOf<typeof endpointSliceSchema | typeof betaEndpointSliceSchema>;
export type RawEndpoint = ObjectOf<typeof endpointSchema> & ObjectOf<typeof betaEndpointSchema>;

/** An EndpointSlice with its defaults, not yet checked. */
export type EndpointSliceDraft = Unchecked<EndpointSlice>;

const HOSTNAME_LABEL = 'kubernetes.io/hostname';
const ZONE_LABEL = 'topology.kubernetes.io/zone';

/**
 * Fills in the defaults and folds the `topology` of v1beta1 into node name and zone. (SetDefaults_EndpointPort,
 * pkg/apis/discovery/v1/defaults.go; Convert_v1beta1_Endpoint_To_discovery_Endpoint, 1.36; the node name as
 * kube-proxy 1.20 read it)
 */
export function readEndpointSlice(
  raw: RawSlice,
  metadata: ObjectMeta,
  endpoints: readonly Endpoint[] = items(raw.endpoints).map((endpoint) => readEndpoint(fields(endpoint))),
): EndpointSliceDraft {
  return {
    kind: 'EndpointSlice',
    metadata,
    addressType: text(raw.addressType),
    endpoints,
    ports: items(raw.ports).map((port) => readPort(fields(port))),
  };
}

function readEndpoint(raw: RawEndpoint): Endpoint {
  const endpoint: Writable<Endpoint> = {
    addresses: texts(raw.addresses),
    conditions: readConditions(fields(raw.conditions)),
  };
  const topology = topologyOf(raw);
  const hostname = optionalText(raw.hostname);
  const nodeName = optionalText(raw.nodeName) ?? filledText(topology[HOSTNAME_LABEL]);
  const zone = optionalText(raw.zone) ?? filledText(topology[ZONE_LABEL]);
  if (hostname !== undefined) endpoint.hostname = hostname;
  if (nodeName !== undefined) endpoint.nodeName = nodeName;
  if (zone !== undefined) endpoint.zone = zone;
  if (raw.hints !== undefined && raw.hints !== null) endpoint.hints = readHints(raw.hints);
  const others = otherLabels(topology);
  if (others.length > 0) endpoint.topology = Object.fromEntries(others);
  return endpoint;
}

const NO_TOPOLOGY: Fields = Object.freeze({});

const topologyOf = ({ topology, deprecatedTopology }: RawEndpoint): Fields =>
  topology === undefined && deprecatedTopology === undefined
    ? NO_TOPOLOGY
    : { ...fields(topology), ...fields(deprecatedTopology) };

function otherLabels(topology: Fields): readonly (readonly [string, string])[] {
  if (topology === NO_TOPOLOGY) return [];
  return Object.entries(topology).flatMap(([label, value]) =>
    label === HOSTNAME_LABEL || label === ZONE_LABEL ? [] : [[label, text(value)] as const],
  );
}

/** The conditions of most endpoints, which share one object. */
const ALL_WELL: Endpoint['conditions'] = Object.freeze({ ready: true, serving: true, terminating: false });

/** Reads the conditions of an endpoint; absent ones stay absent. */
export function readConditions(raw: ObjectOf<typeof conditionsSchema>): Endpoint['conditions'] {
  if (raw.ready === true && raw.serving === true && raw.terminating === false) return ALL_WELL;
  const conditions: Writable<Endpoint['conditions']> = {};
  for (const field of ['ready', 'serving', 'terminating'] as const) {
    const value = optionalFlag(raw[field]);
    if (value !== undefined) conditions[field] = value;
  }
  return conditions;
}

function readHints(raw: ObjectOf<typeof hintsSchema>): NonNullable<Endpoint['hints']> {
  const hints: Writable<NonNullable<Endpoint['hints']>> = {};
  for (const field of ['forZones', 'forNodes'] as const) {
    const names = items(raw[field]).map((hint) => text(fields(hint).name));
    if (names.length > 0) hints[field] = names;
  }
  return hints;
}

function readPort(raw: ObjectOf<typeof endpointPortSchema>): Unchecked<EndpointPort> {
  const port: Writable<Unchecked<EndpointPort>> = {
    name: text(raw.name),
    protocol: optionalText(raw.protocol) ?? 'TCP',
  };
  const number = optionalNumber(raw.port);
  const appProtocol = optionalText(raw.appProtocol);
  if (number !== undefined) port.port = number;
  if (appProtocol !== undefined) port.appProtocol = appProtocol;
  return port;
}
