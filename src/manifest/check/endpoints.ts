import { type ObjectOf } from '../../schema/pieces.ts';
import { type EndpointAddress, type Endpoints, type ObjectMeta } from '../types.ts';
import { familyOf } from '../../text/ip.ts';
import { addressMistakes, endpointAddressMistakes } from './addresses.ts';
import { fields, filledText, items, number, optionalText, text } from './json.ts';
import { notSupported, required } from './messages.ts';
import { dnsLabelMistakes, dnsSubdomainMistakes, labelKeyMistakes, portNumberMistakes } from './names.ts';
import { type Report } from './report.ts';
import {
  type endpointAddressSchema,
  type endpointPortSchema,
  type endpointsSchema,
} from './schemas/endpoints.ts';
import { PROTOCOLS } from './service-port-rules.ts';
import { type Unchecked, type Writable } from './unchecked.ts';

type EndpointsDraft = Unchecked<Endpoints>;
type Subset = EndpointsDraft['subsets'][number];
type Port = Subset['ports'][number];

/** Reads an Endpoints object and fills in its defaults. The result is not checked yet. */
export function readEndpoints(raw: ObjectOf<typeof endpointsSchema>, metadata: ObjectMeta): EndpointsDraft {
  const subsets = items(raw.subsets)
    .map(fields)
    .map((subset) => ({
      addresses: items(subset.addresses).map((address) => readAddress(fields(address))),
      notReadyAddresses: items(subset.notReadyAddresses).map((address) => readAddress(fields(address))),
      ports: items(subset.ports).map((port) => readPort(fields(port))),
    }));
  return { kind: 'Endpoints', metadata, subsets };
}

function readAddress(raw: ObjectOf<typeof endpointAddressSchema>): EndpointAddress {
  const address: Writable<EndpointAddress> = { ip: text(raw.ip) };
  const hostname = filledText(raw.hostname);
  const nodeName = optionalText(raw.nodeName);
  if (hostname !== undefined) address.hostname = hostname;
  if (nodeName !== undefined) address.nodeName = nodeName;
  return address;
}

function readPort(raw: ObjectOf<typeof endpointPortSchema>): Port {
  const port: Writable<Port> = {
    name: text(raw.name),
    protocol: filledText(raw.protocol) ?? 'TCP',
    port: number(raw.port),
  };
  const appProtocol = optionalText(raw.appProtocol);
  if (appProtocol !== undefined) port.appProtocol = appProtocol;
  return port;
}

/** Checks the rules for an Endpoints object. (ValidateEndpoints, pkg/apis/core/validation, 1.36) */
export function checkEndpointsRules(endpoints: EndpointsDraft, report: Report): void {
  for (const [index, subset] of endpoints.subsets.entries()) {
    if (subset.addresses.length === 0 && subset.notReadyAddresses.length === 0) {
      report.error(['subsets', index], required('must specify `addresses` or `notReadyAddresses`'));
    }
    for (const list of ['addresses', 'notReadyAddresses'] as const) {
      for (let which = 0; which < subset[list].length; which++) {
        const address = subset[list][which];
        if (address !== undefined) checkAddress(address, [index, list, which], report);
      }
    }
    for (const [which, port] of subset.ports.entries()) checkPort(port, subset, [index, which], report);
  }
}

function checkAddress(
  address: EndpointAddress,
  [subset, list, index]: readonly [number, string, number],
  report: Report,
): void {
  const { ip, hostname, nodeName } = address;
  const wrong = addressMistakes(ip);
  const mistakes = wrong.length === 0 || familyOf(ip) !== undefined ? endpointAddressMistakes(ip) : [];
  report.invalid(['subsets', subset, list, index, 'ip'], ip, wrong);
  report.invalid(['subsets', subset, list, index, 'ip'], ip, mistakes);
  if (hostname !== undefined) {
    report.invalid(['subsets', subset, list, index, 'hostname'], hostname, dnsLabelMistakes(hostname));
  }
  if (nodeName !== undefined) {
    report.invalid(['subsets', subset, list, index, 'nodeName'], nodeName, dnsSubdomainMistakes(nodeName));
  }
}

function checkPort(
  port: Port,
  subset: Subset,
  [subsetIndex, index]: readonly [number, number],
  report: Report,
): void {
  const path = ['subsets', subsetIndex, 'ports', index];
  if (port.name !== '') {
    report.invalid([...path, 'name'], port.name, dnsLabelMistakes(port.name));
  } else if (subset.ports.length > 1) {
    report.error([...path, 'name'], required());
  }
  report.invalid([...path, 'port'], port.port, portNumberMistakes(port.port));
  if (!PROTOCOLS.includes(port.protocol)) {
    report.error([...path, 'protocol'], notSupported(port.protocol, PROTOCOLS));
  }
  if (port.appProtocol !== undefined) {
    report.invalid([...path, 'appProtocol'], port.appProtocol, labelKeyMistakes(port.appProtocol));
  }
}
