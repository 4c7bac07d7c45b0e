import { familyOf } from '../../text/ip.ts';
import { type JsonPath } from '../../text/json-path.ts';
import { type Endpoint } from '../types.ts';
import { addressMistakes, canonicalAddressMistakes, endpointAddressMistakes } from './addresses.ts';
import { type EndpointSliceDraft, type RawEndpoint, type RawSlice } from './endpoint-slice-defaults.ts';
import { fields, items, textMap } from './json.ts';
import { duplicate, invalid, notSupported, required, tooMany } from './messages.ts';
import { checkLabels } from './metadata.ts';
import {
  dnsLabelMistakes,
  dnsSubdomainMistakes,
  domainNameMistakes,
  isDnsLabel,
  isPortNumber,
  labelKeyMistakes,
  labelValueMistakes,
  portNumberMistakes,
} from './names.ts';
import { type Report } from './report.ts';
import { PROTOCOLS } from './service-port-rules.ts';

const ADDRESS_TYPES: readonly string[] = ['FQDN', 'IPv4', 'IPv6'];
/** The most endpoints that a slice may have. */
export const MOST_ENDPOINTS = 1000;
const MOST_ADDRESSES = 100;
const MOST_PORTS = 20000;
const MOST_HINTS = 8;
const MOST_TOPOLOGY_LABELS = 16;

/** Checks the rules for an EndpointSlice. (ValidateEndpointSlice, pkg/apis/discovery/validation, 1.36) */
export function checkEndpointSliceRules(slice: EndpointSliceDraft, raw: RawSlice, report: Report): void {
  checkAllButEndpoints(slice, report);
  checkEndpoints(slice, raw, report);
}

/** Checks the rules for the address type and the ports of an EndpointSlice. */
export function checkAllButEndpoints(slice: EndpointSliceDraft, report: Report): void {
  const { addressType } = slice;
  if (addressType === '') report.error(['addressType'], required());
  else if (!ADDRESS_TYPES.includes(addressType)) {
    report.error(['addressType'], notSupported(addressType, ADDRESS_TYPES));
  }
  checkPorts(slice, report);
}

function checkEndpoints({ addressType, endpoints }: EndpointSliceDraft, raw: RawSlice, report: Report): void {
  if (endpoints.length > MOST_ENDPOINTS) {
    report.error(['endpoints'], tooMany(endpoints.length, MOST_ENDPOINTS));
    return;
  }
  const rawEndpoints = items(raw.endpoints);
  for (let index = 0; index < endpoints.length; index++) {
    const endpoint = endpoints[index];
    if (endpoint === undefined) continue;
    checkAddresses(endpoint, index, addressType, report);
    checkNames(endpoint, index, report);
    checkTopology(fields(rawEndpoints[index]), index, report);
    if (endpoint.hints !== undefined) checkHints(endpoint.hints, index, report);
  }
}

function checkPorts(slice: EndpointSliceDraft, report: Report): void {
  if (slice.ports.length > MOST_PORTS) {
    report.error(['ports'], tooMany(slice.ports.length, MOST_PORTS));
    return;
  }
  const names = new Set<string>();
  for (const [index, port] of slice.ports.entries()) {
    const at = (field: string): JsonPath => ['ports', index, field];
    const name = port.name ?? '';
    if (name !== '' && !isDnsLabel(name)) report.invalid(at('name'), name, dnsLabelMistakes(name));
    if (names.has(name)) report.error(at('name'), duplicate(name));
    names.add(name);
    if (!PROTOCOLS.includes(port.protocol)) {
      report.error(at('protocol'), notSupported(port.protocol, PROTOCOLS));
    }
    // The API server accepts any number here. iptables accepts only these, and otherwise refuses the rules of all
    // Services.
    if (port.port !== undefined && !isPortNumber(port.port)) {
      report.invalid(at('port'), port.port, portNumberMistakes(port.port));
    }
    if (port.appProtocol !== undefined) {
      report.invalid(at('appProtocol'), port.appProtocol, labelKeyMistakes(port.appProtocol));
    }
  }
}

function checkAddresses(endpoint: Endpoint, index: number, addressType: string, report: Report): void {
  const { addresses } = endpoint;
  if (addresses.length === 0) {
    report.error(['endpoints', index, 'addresses'], required('must contain at least 1 address'));
  } else if (addresses.length > MOST_ADDRESSES) {
    report.error(['endpoints', index, 'addresses'], tooMany(addresses.length, MOST_ADDRESSES));
  }
  for (let which = 0; which < addresses.length; which++) {
    checkAddress(addresses[which] ?? '', index, which, addressType, report);
  }
}

function checkAddress(
  address: string,
  index: number,
  which: number,
  addressType: string,
  report: Report,
): void {
  const mistakes = spellingMistakes(address, addressType);
  for (const why of mistakes) report.error(['endpoints', index, 'addresses', which], why);
  if (mistakes.length > 0 || (addressType !== 'IPv4' && addressType !== 'IPv6')) return;
  if (familyOf(address) !== addressType) {
    const path = ['endpoints', index, 'addresses'];
    report.error(path, invalid(address, `must be an ${addressType} address`), [...path, which]);
  }
  const unfit = endpointAddressMistakes(address);
  if (unfit.length > 0) report.invalid(['endpoints', index, 'addresses', which], address, unfit);
}

/** Returns what is wrong with an address of the given type. Addresses of unknown types are not checked. */
function spellingMistakes(address: string, addressType: string): readonly string[] {
  switch (addressType) {
    case 'IPv4':
      return addressMistakes(address).map((why) => invalid(address, why));
    case 'IPv6':
      return canonicalAddressMistakes(address).map((why) => invalid(address, why));
    case 'FQDN':
      return address === '' ? [required()] : domainMistakes(address);
    default:
      return [];
  }
}

/** Shows names without a final dot, as the API server does. */
const domainMistakes = (address: string): readonly string[] =>
  domainNameMistakes(address).map((why) => invalid(address.replace(/\.$/, ''), why));

function checkNames(endpoint: Endpoint, index: number, report: Report): void {
  const { hostname, nodeName } = endpoint;
  if (nodeName !== undefined) {
    const mistakes = dnsSubdomainMistakes(nodeName);
    if (mistakes.length > 0) report.invalid(['endpoints', index, 'nodeName'], nodeName, mistakes);
  }
  if (hostname !== undefined) {
    report.invalid(['endpoints', index, 'hostname'], hostname, dnsLabelMistakes(hostname));
  }
}

/**
 * Checks the labels of v1beta1. Those that v1 keeps from it, `deprecatedTopology`, are dropped by the API server before
 * it looks at them. (dropTopologyOnV1, pkg/registry/discovery/endpointslice, 1.36)
 */
function checkTopology({ topology }: RawEndpoint, index: number, report: Report): void {
  if (topology === undefined) return;
  const path = ['endpoints', index, 'topology'];
  const labels = textMap(topology);
  const count = Object.keys(labels).length;
  if (count > MOST_TOPOLOGY_LABELS) report.error(path, tooMany(count, MOST_TOPOLOGY_LABELS));
  checkLabels(labels, path, report);
}

function checkHints(hints: NonNullable<Endpoint['hints']>, index: number, report: Report): void {
  const path = ['endpoints', index, 'hints'];
  checkHinted(hints.forZones ?? [], [...path, 'forZones'], labelValueMistakes, report);
  checkHinted(hints.forNodes ?? [], [...path, 'forNodes'], dnsSubdomainMistakes, report);
}

function checkHinted(
  names: readonly string[],
  path: JsonPath,
  mistakes: (name: string) => readonly string[],
  report: Report,
): void {
  if (names.length > MOST_HINTS) {
    report.error(path, tooMany(names.length, MOST_HINTS));
    return;
  }
  for (const [index, name] of names.entries()) {
    const at = [...path, index, 'name'];
    if (names.indexOf(name) < index) report.error(at, duplicate(name));
    report.invalid(at, name, mistakes(name));
  }
}
