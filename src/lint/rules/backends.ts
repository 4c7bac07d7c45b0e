import { filledText, number, optionalNumber, text } from '../../manifest/check/json.ts';
import { type FindingCode } from '../../diagnostics/lint-codes.ts';
import { type Service } from '../../manifest/types.ts';
import { type Finding, finding } from '../finding.ts';
import { type LintInput } from '../input.ts';
import { at, type At, entriesOf, inside, type NamedObject } from '../raw.ts';
import { type ServiceDirectory } from '../service-directory.ts';
import { type Backend } from './backend.ts';
import { meshBackends, meshHosts } from './mesh-backends.ts';

/** Finds Ingresses and routes that name Services or ports that do not exist. */
export function backendMissing({ raw, directory }: LintInput): readonly Finding[] {
  const hosts = meshHosts(raw);
  return raw.flatMap((object) => {
    const backends = [...backendsOf(object), ...meshBackends(object, hosts)];
    return backendFindings(object, backends, directory, {
      service: 'ingress-backend-missing',
      port: 'ingress-port-missing',
    });
  });
}

/** Returns a finding, with one of these codes, for each missing Service or port that an object names. */
export const backendFindings = (
  object: NamedObject,
  backends: readonly Backend[],
  directory: ServiceDirectory,
  codes: { readonly service: FindingCode; readonly port: FindingCode },
): readonly Finding[] =>
  backends.flatMap((backend): readonly Finding[] => {
    const { namespace, service, servicePath, port, portPath } = backend;
    // The input may lack the whole namespace. Then nothing is known about its Services.
    if (!directory.covers(namespace)) return [];
    const found = directory.find(namespace, service);
    switch (found.is) {
      case 'missing':
        return [finding(codes.service, object, servicePath, found.message)];
      case 'unknown':
        return [];
      case 'there': {
        const message = explainPortMiss(found.service, port);
        return message === undefined ? [] : [finding(codes.port, object, portPath, message)];
      }
    }
  });

/** Explains a missing port by naming the ports that the Service has. */
export function explainPortMiss(service: Service, port: number | string | undefined): string | undefined {
  const { ports, type } = service.spec;
  // The host behind an ExternalName has its own ports.
  if (
    port === undefined ||
    type === 'ExternalName' ||
    ports.some((own) => own.port === port || own.name === port)
  )
    return undefined;
  const { namespace, name } = service.metadata;
  const known = ports
    .slice(0, MOST_PORTS)
    .map((own) => (own.name === '' ? String(own.port) : `${own.name} (${own.port})`));
  const there = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
  return `Service ${namespace}/${name} has no port ${JSON.stringify(port)}; ${there}`;
}

const MOST_PORTS = 10;

function* backendsOf(object: NamedObject): Generator<Backend> {
  const { kind, group } = object;
  if (kind === 'Ingress' && (group === 'networking.k8s.io' || group === 'extensions')) {
    yield* ingressBackends(object);
  }
  if (group === 'gateway.networking.k8s.io' && kind.endsWith('Route')) yield* routeBackends(object);
}

function* ingressBackends(object: NamedObject): Generator<Backend> {
  const spec = at(object, ['spec']);
  for (const key of ['defaultBackend', 'backend']) {
    if (spec.fields[key] !== undefined) yield* ingressBackend(object, inside(spec, key));
  }
  for (const rule of entriesOf(spec, 'rules')) {
    for (const path of entriesOf(inside(rule, 'http'), 'paths')) {
      yield* ingressBackend(object, inside(path, 'backend'));
    }
  }
}

/** In v1 `service: {name, port: {number, name}}`, before that `serviceName` and `servicePort`. */
function* ingressBackend({ namespace }: NamedObject, backend: At): Generator<Backend> {
  const named = inside(backend, 'service');
  const old = filledText(backend.fields['serviceName']);
  const service = filledText(named.fields['name']) ?? old;
  if (service === undefined) return;
  const isOld = service === old && named.fields['name'] === undefined;
  const reference = inside(named, 'port');
  const byName = filledText(reference.fields['name']);
  const modern = byName ?? (number(reference.fields['number']) || undefined);
  const port = isOld ? oldPort(backend.fields['servicePort']) : modern;
  // The AWS load balancer controller describes such a backend in an annotation.
  if (port === 'use-annotation') return;
  const last = byName === undefined ? 'number' : 'name';
  yield {
    namespace,
    service,
    servicePath: isOld ? [...backend.path, 'serviceName'] : [...named.path, 'name'],
    port,
    portPath: isOld ? [...backend.path, 'servicePort'] : [...reference.path, last],
  };
}

/** A string of digits is the number in extensions/v1beta1 and its successors. */
function oldPort(value: unknown): number | string | undefined {
  if (typeof value === 'number') return value;
  const word = filledText(value);
  return word !== undefined && /^\d{1,5}$/.test(word) ? Number(word) : word;
}

function* routeBackends(object: NamedObject): Generator<Backend> {
  const spec = at(object, ['spec']);
  // In a mesh the parent of a route is a Service.
  for (const parent of entriesOf(spec, 'parentRefs')) {
    if (parent.fields['kind'] === 'Service') yield* routeBackend(object, parent);
  }
  for (const rule of entriesOf(spec, 'rules')) {
    yield* mirrors(object, rule);
    for (const reference of entriesOf(rule, 'backendRefs')) {
      yield* routeBackend(object, reference);
      yield* mirrors(object, reference);
    }
  }
}

function* mirrors(object: NamedObject, holder: At): Generator<Backend> {
  for (const filter of entriesOf(holder, 'filters')) {
    yield* routeBackend(object, inside(inside(filter, 'requestMirror'), 'backendRef'));
  }
}

function* routeBackend(object: NamedObject, { path, fields }: At): Generator<Backend> {
  const service = filledText(fields['name']);
  const isService = text(fields['group']) === '' && (filledText(fields['kind']) ?? 'Service') === 'Service';
  if (service === undefined || !isService) return;
  yield {
    namespace: filledText(fields['namespace']) ?? object.namespace,
    service,
    servicePath: [...path, 'name'],
    port: optionalNumber(fields['port']),
    portPath: [...path, 'port'],
  };
}
