import { type ClusterObjects, keyOf } from '../cluster/objects.ts';
import { type Operators } from '../cluster/operators.ts';
import { type Service } from '../manifest/types.ts';
import { compareText } from '../text/natural-order.ts';
import { nearestName } from '../text/nearest-name.ts';
import { type NamedObject, podOf } from './raw.ts';
import { addToGroup } from '../text/groups.ts';

/** What the input says about a Service that an object names. */
export type FoundService =
  | { readonly is: 'there'; readonly service: Service }
  /**
   * The Service exists, but its ports are unknown: it has mistakes, or something outside the input makes it.
   */
  | { readonly is: 'unknown' }
  | { readonly is: 'missing'; readonly message: string };

/** Looks up Services by name, as other objects name them. */
export interface ServiceDirectory {
  readonly find: (namespace: string, name: string) => FoundService;
  /** True when the input covers the namespace: it holds a Service or something that runs there. */
  readonly covers: (namespace: string) => boolean;
  /** True when the input holds a Service with this name, even one with mistakes. */
  readonly has: (namespace: string, name: string) => boolean;
  /** The names of its Services, sorted. */
  readonly names: (namespace: string) => readonly string[];
  /** Returns the Service with the most similar name. */
  readonly nearest: (namespace: string, name: string) => string | undefined;
}

/** Services that every cluster has without a manifest. */
const ALWAYS_THERE: ReadonlySet<string> = new Set(['default/kubernetes', 'kube-system/kube-dns']);

/**
 * The most names that are compared to find similar ones. It bounds the time and is enough for any real input.
 */
const MOST_COMPARED = 200_000;

export function serviceDirectory(
  objects: ClusterObjects,
  raw: readonly NamedObject[],
  operators: Operators,
): ServiceDirectory {
  const checked = new Map(objects.services.map(({ object }) => [keyOf(object), object]));
  const namesIn = serviceNames(raw);
  const covered = new Set([
    ...namesIn.keys(),
    ...raw.filter((object) => podOf(object) !== undefined).map(({ namespace }) => namespace),
  ]);
  const names = (namespace: string): readonly string[] => namesIn.get(namespace) ?? [];
  const present = new Set(
    [...namesIn].flatMap(([namespace, own]) => own.map((name) => `${namespace}/${name}`)),
  );
  const has = (namespace: string, name: string): boolean => present.has(`${namespace}/${name}`);
  let compared = 0;
  const nearest = (namespace: string, name: string): string | undefined => {
    const candidates = names(namespace);
    compared += candidates.length;
    return compared > MOST_COMPARED ? undefined : nearestName(name, candidates);
  };
  const find = (namespace: string, name: string): FoundService => {
    const key = `${namespace}/${name}`;
    const service = checked.get(key);
    if (service !== undefined) return { is: 'there', service };
    if (present.has(key) || ALWAYS_THERE.has(key) || operators.mayHaveMade(namespace, name)) {
      return { is: 'unknown' };
    }
    return { is: 'missing', message: missing(namespace, name, nearest(namespace, name)) };
  };
  return { find, covers: (namespace) => covered.has(namespace), has, names, nearest };
}

/** Knative's Services count: each comes with one of Kubernetes' own of the same name. */
function serviceNames(raw: readonly NamedObject[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { kind, namespace, name } of raw) {
    if (kind !== 'Service' || name === '') continue;
    addToGroup(names, namespace, name);
  }
  for (const own of names.values()) own.sort(compareText);
  return names;
}

function missing(namespace: string, name: string, nearest: string | undefined): string {
  const suggestion = nearest === undefined ? '' : `, did you mean ${JSON.stringify(nearest)}?`;
  return `there is no Service ${JSON.stringify(name)} in namespace ${namespace}${suggestion}`;
}
