import { familyOf } from '../../text/ip.ts';
import { type JsonPath } from '../../text/json-path.ts';
import { type Fields, fields, items, number, optionalText, text, texts } from './json.ts';
import { invalid, notSupported, required } from './messages.ts';
import {
  dnsLabelMistakes,
  dnsSubdomainMistakes,
  pathSegmentMistakes,
  portNameMistakes,
  portNumberMistakes,
  wildcardHostMistakes,
} from './names.ts';
import { type Report } from './report.ts';

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
/** What paths of type Exact and Prefix must not contain, and how they must not end. */
const BAD_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const BAD_ENDS = ['/..', '/.'];
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/**
 * Checks the rules for an Ingress of networking.k8s.io/v1. (ValidateIngressCreate, pkg/apis/networking/validation,
 * 1.36)
 */
export function checkIngressRules(raw: Fields, report: Report): void {
  const spec = fields(raw['spec']);
  const rules = items(spec['rules']).map(fields);
  if (isSet(spec['defaultBackend'])) {
    checkBackend(fields(spec['defaultBackend']), ['spec', 'defaultBackend'], report);
  } else if (rules.length === 0) {
    report.error(['spec'], invalid([], 'either `defaultBackend` or `rules` must be specified'));
  }
  for (const [index, rule] of rules.entries()) checkRule(rule, ['spec', 'rules', index], report);
  for (const [index, tls] of items(spec['tls']).map(fields).entries()) {
    checkTls(tls, ['spec', 'tls', index], report);
  }
  checkClass(raw, optionalText(spec['ingressClassName']), report);
}

function checkClass(raw: Fields, name: string | undefined, report: Report): void {
  if (name === undefined) return;
  report.invalid(['spec', 'ingressClassName'], name, dnsSubdomainMistakes(name));
  const annotation = optionalText(fields(fields(raw['metadata'])['annotations'])[CLASS_ANNOTATION]);
  if (annotation === undefined || annotation === name) return;
  const message = invalid(annotation, 'must match `ingressClassName` when both are specified');
  report.error(['annotations', CLASS_ANNOTATION], message, ['metadata', 'annotations', CLASS_ANNOTATION]);
}

function checkRule(rule: Fields, at: JsonPath, report: Report): void {
  const host = text(rule['host']);
  if (familyOf(host) !== undefined) {
    report.error([...at, 'host'], invalid(host, 'must be a DNS name, not an IP address'));
  }
  if (host !== '') report.invalid([...at, 'host'], host, hostMistakes(host));
  if (!isSet(rule['http'])) return;
  const path = [...at, 'http', 'paths'];
  const paths = items(fields(rule['http'])['paths']).map(fields);
  if (paths.length === 0) report.error(path, required());
  for (const [position, one] of paths.entries()) checkPath(one, [...path, position], report);
}

function checkTls(tls: Fields, at: JsonPath, report: Report): void {
  for (const [index, host] of texts(tls['hosts']).entries()) {
    report.invalid([...at, 'hosts', index], host, hostMistakes(host));
  }
  const secretName = text(tls['secretName']);
  if (secretName !== '') report.invalid([...at, 'secretName'], secretName, dnsSubdomainMistakes(secretName));
}

const hostMistakes = (host: string): readonly string[] =>
  host.includes('*') ? wildcardHostMistakes(host) : dnsSubdomainMistakes(host);

function checkPath(one: Fields, at: JsonPath, report: Report): void {
  const pathType = optionalText(one['pathType']);
  if (pathType === undefined) {
    report.error([...at, 'pathType'], required('pathType must be specified'));
    return;
  }
  if (PATH_TYPES.includes(pathType)) {
    const path = text(one['path']);
    report.invalid([...at, 'path'], path, pathMistakes(path, pathType));
  } else report.error([...at, 'pathType'], notSupported(pathType, PATH_TYPES));
  checkBackend(fields(one['backend']), [...at, 'backend'], report);
}

function pathMistakes(path: string, pathType: string): readonly string[] {
  const isOpaque = pathType === 'ImplementationSpecific';
  const isAbsolute = path.startsWith('/') || (path === '' && isOpaque);
  const mistakes = isAbsolute ? [] : ['must be an absolute path'];
  if (isOpaque) return mistakes;
  return [
    ...mistakes,
    ...BAD_SEQUENCES.filter((bad) => path.includes(bad)).map((bad) => `must not contain '${bad}'`),
    ...BAD_ENDS.filter((bad) => path.endsWith(bad)).map((bad) => `cannot end with '${bad}'`),
  ];
}

/** Names of fields in v1beta1, and in v1. */
const MOVED: readonly (readonly [old: string, now: string])[] = [
  ['serviceName', 'service.name'],
  ['servicePort', 'service.port.number or service.port.name'],
];

function checkBackend(backend: Fields, at: JsonPath, report: Report): void {
  const old = MOVED.filter(([field]) => backend[field] !== undefined);
  for (const [field, now] of old) {
    const message = `unknown field ${JSON.stringify(field)}: networking.k8s.io/v1 has ${now} in its place`;
    report.error([...at, field], message);
  }
  const hasResource = isSet(backend['resource']);
  const hasService = isSet(backend['service']);
  if (hasResource && hasService) {
    report.error(at, invalid('', 'cannot set both resource and service backends'));
  } else if (hasResource) checkResource(fields(backend['resource']), [...at, 'resource'], report);
  else if (hasService) checkServiceBackend(fields(backend['service']), at, report);
  else if (old.length === 0) report.error(at, invalid('', 'resource or service backend is required'));
}

/** (validateIngressTypedLocalObjectReference) */
function checkResource(resource: Fields, at: JsonPath, report: Report): void {
  const apiGroup = optionalText(resource['apiGroup']);
  if (apiGroup !== undefined) report.invalid([...at, 'apiGroup'], apiGroup, dnsSubdomainMistakes(apiGroup));
  for (const field of ['kind', 'name']) {
    const value = text(resource[field]);
    if (value === '') report.error([...at, field], required());
    else report.invalid([...at, field], value, pathSegmentMistakes(value));
  }
}

/** Checks the Service of a backend. Messages about its port name the backend, as the API server does. */
function checkServiceBackend(service: Fields, at: JsonPath, report: Report): void {
  const name = text(service['name']);
  const namePath = [...at, 'service', 'name'];
  if (name === '') report.error(namePath, required());
  else report.invalid(namePath, name, dnsLabelMistakes(name));
  const port = fields(service['port']);
  const portPath = [...at, 'service', 'port'];
  const portName = text(port['name']);
  const value = number(port['number']);
  if (portName !== '' && value !== 0) {
    report.error(at, invalid('', 'cannot set both port name & port number'), portPath);
  } else if (portName !== '') {
    report.invalid([...portPath, 'name'], portName, portNameMistakes(portName));
  } else if (value === 0) report.error(at, required('port name or number is required'), portPath);
  else report.invalid([...portPath, 'number'], value, portNumberMistakes(value));
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null;
