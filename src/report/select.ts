import { type Comparison, portNameOf, serviceOf } from '../modes/comparison.ts';
import { nearestName } from '../text/nearest-name.ts';

/**
 * Which Services to report: `namespace/name`, `namespace/name:port`, or `namespace/*` for all of a namespace.
 */
export interface Selection {
  readonly only: readonly string[];
  readonly exclude: readonly string[];
}

/** The part of a comparison that the user asked for. */
export function select<Part>(comparison: Comparison<Part>, selection: Selection): Comparison<Part> {
  const isWanted = wantedBy(selection);
  return {
    ...comparison,
    differences: comparison.differences.filter(({ service }) => isWanted(service)),
    servicePorts: comparison.servicePorts.filter(isWanted),
  };
}

/**
 * Tells whether the user asked for the rules of a service port. The node's own rules have no service port
 * (undefined); `only` leaves them out.
 */
export function wantedBy({ only, exclude }: Selection): (servicePort: string | undefined) => boolean {
  return (servicePort) => {
    if (servicePort === undefined) return only.length === 0;
    const isIn = (patterns: readonly string[]): boolean =>
      patterns.some((pattern) => fits(pattern, servicePort));
    return (only.length === 0 || isIn(only)) && !isIn(exclude);
  };
}

const fits = (pattern: string, servicePort: string): boolean => {
  const service = serviceOf(servicePort);
  if (pattern.endsWith('/*')) return service.startsWith(pattern.slice(0, -1));
  return pattern === service || pattern === portNameOf(servicePort);
};

const NAME = /^[a-z0-9][a-z0-9-]*\/(?:\*|[a-z0-9][a-z0-9.-]*(?::[a-z0-9-]+)?)$/;

/** What a selection can name. */
export interface Selectable {
  /** `ns/name:port/PROTOCOL` of every port on either side. */
  readonly servicePorts: readonly string[];
  /** `ns/name` of Services without rules. */
  readonly services: readonly string[];
}

/**
 * Returns what is wrong with a selection, one line per mistake: a malformed name, or a name in `only` that
 * neither side has. A name to leave out may be unknown here, because other nodes may have it.
 */
export function checkSelection({ only, exclude }: Selection, selectable: Selectable): readonly string[] {
  const services = new Set([...selectable.servicePorts.map(serviceOf), ...selectable.services]);
  const check = (flag: string, pattern: string, mustBeThere: boolean): readonly string[] => {
    const why = NAME.test(pattern)
      ? mustBeThere && whyNothing(pattern, services, selectable.servicePorts)
      : `this is not NAMESPACE/NAME, NAMESPACE/NAME:PORT or NAMESPACE/*${nearestOf(pattern, services)}`;
    return why === false || why === undefined ? [] : [`${flag} ${pattern}: ${why}`];
  };
  return [
    ...only.flatMap((pattern) => check('--only', pattern, true)),
    ...exclude.flatMap((pattern) => check('--exclude', pattern, false)),
  ];
}

function whyNothing(
  pattern: string,
  services: ReadonlySet<string>,
  servicePorts: readonly string[],
): string | undefined {
  const [service = '', port] = pattern.split(':');
  const namespace = service.slice(0, service.indexOf('/'));
  if (service.endsWith('/*')) {
    const namespaces = new Set([...services].map((name) => name.slice(0, name.indexOf('/'))));
    if (namespaces.has(namespace)) return undefined;
    const near = nearestName(namespace, namespaces);
    return `no Service is in this namespace${near === undefined ? '' : `; did you mean ${near}/*?`}`;
  }
  if (!services.has(service)) return `there is no such Service${nearestOf(service, services)}`;
  if (port === undefined) return undefined;
  const ports = servicePorts
    .filter((servicePort) => serviceOf(servicePort) === service)
    .map((servicePort) => portNameOf(servicePort).slice(service.length + 1));
  if (ports.includes(port)) return undefined;
  const named = [...new Set(ports)].filter((name) => name !== '');
  const known = named.length === 0 ? 'its ports have no names' : `its ports are ${named.join(', ')}`;
  return `Service ${service} has no port of this name; ${known}`;
}

/** Finds a Service with the same name in another namespace, or else one with a similar name. */
function nearestOf(pattern: string, services: ReadonlySet<string>): string {
  if (pattern.includes('*')) return '';
  const name = pattern.replace(/^.*\//s, '').replace(/:.*$/s, '');
  const near =
    [...services].find((service) => service.endsWith(`/${name}`)) ?? nearestName(pattern, services);
  return near === undefined ? '' : `; did you mean ${near}?`;
}
