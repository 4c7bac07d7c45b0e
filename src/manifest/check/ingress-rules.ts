import { type JsonPath } from '../../text/json-path.ts';
import { type Fields, fields, filledText, items, number, text } from './json.ts';
import { invalid, notSupported, required } from './messages.ts';
import { portNumberMistakes } from './names.ts';
import { type Report } from './report.ts';

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];

/**
 * Checks the rules for an Ingress of networking.k8s.io/v1. (ValidateIngressCreate, pkg/apis/networking/validation,
 * 1.36)
 */
export function checkIngressRules(raw: Fields, report: Report): void {
  const spec = fields(raw['spec']);
  const rules = items(spec['rules']).map(fields);
  if (spec['defaultBackend'] !== undefined) {
    checkBackend(fields(spec['defaultBackend']), ['spec', 'defaultBackend'], report);
  } else if (rules.length === 0) {
    report.error(['spec'], required('either `defaultBackend` or `rules` must be specified'));
  }
  for (const [index, rule] of rules.entries()) {
    if (rule['http'] === undefined || rule['http'] === null) continue;
    const path = ['spec', 'rules', index, 'http', 'paths'];
    const paths = items(fields(rule['http'])['paths']).map(fields);
    if (paths.length === 0) report.error(path, required());
    for (const [position, one] of paths.entries()) checkPath(one, [...path, position], report);
  }
}

function checkPath(one: Fields, at: JsonPath, report: Report): void {
  const path = text(one['path']);
  const pathType = filledText(one['pathType']);
  if (pathType === undefined) report.error([...at, 'pathType'], required('pathType must be specified'));
  else if (!PATH_TYPES.includes(pathType)) {
    report.error([...at, 'pathType'], notSupported(pathType, PATH_TYPES));
  }
  const mayBeEmpty = pathType === undefined || pathType === 'ImplementationSpecific';
  if (!path.startsWith('/') && !(path === '' && mayBeEmpty)) {
    report.error([...at, 'path'], invalid(path, 'must be an absolute path'));
  }
  checkBackend(fields(one['backend']), [...at, 'backend'], report);
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
  if (!isSet(backend['service'])) {
    if (!hasResource && old.length === 0)
      report.error(at, required('resource or service backend is required'));
    return;
  }
  if (hasResource) report.error(at, invalid('', 'cannot set both resource and service backends'));
  const service = fields(backend['service']);
  if (text(service['name']) === '') report.error([...at, 'service', 'name'], required());
  checkPort(fields(service['port']), [...at, 'service', 'port'], report);
}

function checkPort(port: Fields, at: JsonPath, report: Report): void {
  const name = text(port['name']);
  const value = number(port['number']);
  if (name !== '' && value !== 0) {
    report.error(at, invalid('', 'cannot set both port name & port number'));
  } else if (name === '' && value === 0) report.error(at, required('port name or number is required'));
  else if (value !== 0) {
    report.invalid([...at, 'number'], value, portNumberMistakes(value));
  }
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null;
