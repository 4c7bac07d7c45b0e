/** Services that Istio's and Traefik's objects lead to. */
import { filledText, optionalNumber } from '../../manifest/check/json.ts';
import { at, type At, entriesOf, inside, type NamedObject } from '../raw.ts';
import { type Backend } from './backend.ts';

const ISTIO = 'networking.istio.io';
const TRAEFIK: ReadonlySet<string> = new Set(['traefik.io', 'traefik.containo.us']);

/** Returns the hosts that ServiceEntries of the input add to the mesh. These names need no Service. */
export const meshHosts = (raw: readonly NamedObject[]): ReadonlySet<string> =>
  new Set(
    raw.flatMap((object) => {
      if (object.group !== ISTIO || object.kind !== 'ServiceEntry') return [];
      const hosts: unknown = at(object, ['spec']).fields['hosts'];
      return Array.isArray(hosts)
        ? (hosts as readonly unknown[]).flatMap((host) => filledText(host) ?? [])
        : [];
    }),
  );

/** Returns the Services that VirtualServices, DestinationRules, IngressRoutes and TraefikServices name. */
export function* meshBackends(object: NamedObject, hosts: ReadonlySet<string>): Generator<Backend> {
  if (object.group === ISTIO) yield* istioBackends(object, hosts);
  else if (TRAEFIK.has(object.group)) yield* traefikBackends(object);
}

function* istioBackends(object: NamedObject, hosts: ReadonlySet<string>): Generator<Backend> {
  const spec = at(object, ['spec']);
  if (object.kind === 'DestinationRule') yield* istioHost(object, spec, hosts);
  if (object.kind !== 'VirtualService') return;
  for (const protocol of ['http', 'tcp', 'tls']) {
    for (const rule of entriesOf(spec, protocol)) {
      for (const route of entriesOf(rule, 'route')) {
        yield* istioHost(object, inside(route, 'destination'), hosts);
      }
      yield* istioHost(object, inside(rule, 'mirror'), hosts);
      for (const mirror of entriesOf(rule, 'mirrors')) {
        yield* istioHost(object, inside(mirror, 'destination'), hosts);
      }
    }
  }
}

/** `reviews`, `reviews.prod` or `reviews.prod.svc...`; other names may be anywhere in the world. */
function* istioHost(
  object: NamedObject,
  { path, fields }: At,
  hosts: ReadonlySet<string>,
): Generator<Backend> {
  const host = filledText(fields['host'])?.toLowerCase();
  if (host === undefined || hosts.has(host) || !/^[a-z0-9.-]+$/.test(host)) return;
  const [service = '', namespace = object.namespace, svc] = host.split('.');
  if (svc !== undefined && svc !== 'svc') return;
  const port = inside({ path, fields }, 'port');
  yield {
    namespace,
    service,
    servicePath: [...path, 'host'],
    port: optionalNumber(port.fields['number']),
    portPath: [...port.path, 'number'],
  };
}

const ROUTES: ReadonlySet<string> = new Set(['IngressRoute', 'IngressRouteTCP', 'IngressRouteUDP']);

function* traefikBackends(object: NamedObject): Generator<Backend> {
  const spec = at(object, ['spec']);
  if (ROUTES.has(object.kind)) {
    for (const route of entriesOf(spec, 'routes')) {
      for (const service of entriesOf(route, 'services')) yield* traefikService(object, service);
    }
  }
  if (object.kind !== 'TraefikService') return;
  for (const service of entriesOf(inside(spec, 'weighted'), 'services'))
    yield* traefikService(object, service);
  const mirroring = inside(spec, 'mirroring');
  yield* traefikService(object, mirroring);
  for (const mirror of entriesOf(mirroring, 'mirrors')) yield* traefikService(object, mirror);
}

function* traefikService(object: NamedObject, { path, fields }: At): Generator<Backend> {
  const service = filledText(fields['name']);
  // `api@internal` is Traefik's own.
  if (service === undefined || service.includes('@')) return;
  if ((filledText(fields['kind']) ?? 'Service') !== 'Service') return;
  const { port } = fields;
  yield {
    namespace: filledText(fields['namespace']) ?? object.namespace,
    service,
    servicePath: [...path, 'name'],
    port: typeof port === 'number' ? port : portOf(filledText(port)),
    portPath: [...path, 'port'],
  };
}

const portOf = (word: string | undefined): number | string | undefined =>
  word !== undefined && /^\d{1,5}$/.test(word) ? Number(word) : word;
