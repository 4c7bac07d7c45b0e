import { type SeenObject } from '../manifest/seen-object.ts';

/** Groups of Kubernetes itself, none of whose objects makes Services or pods beyond what svc2ipt reads. */
const isBuiltIn = (group: string): boolean => !group.includes('.') || group.endsWith('.k8s.io');

/** Groups whose objects direct traffic to existing objects and have the same names as these. */
const DIRECTS_TRAFFIC: ReadonlySet<string> = new Set([
  'networking.istio.io',
  'security.istio.io',
  'telemetry.istio.io',
  'traefik.io',
  'traefik.containo.us',
  'projectcontour.io',
  'cert-manager.io',
]);

/** Knows which names an operator may give to objects that it makes from a custom resource. */
export interface Operators {
  /**
   * True when a custom resource of the namespace has this name, or the name starts with its name and a dash.
   */
  readonly mayHaveMade: (namespace: string, name: string) => boolean;
}

/**
 * Operators name Services after their custom resources (`my-cluster` makes `my-cluster-bootstrap`), and label
 * pods so.
 */
export function operatorsOf(objects: readonly SeenObject[]): Operators {
  const names = new Set(
    objects
      .filter(({ group, name }) => name !== '' && !isBuiltIn(group) && !DIRECTS_TRAFFIC.has(group))
      .map(({ namespace, name }) => `${namespace}/${name}`),
  );
  return {
    mayHaveMade: (namespace, name) => {
      if (names.size === 0) return false;
      const parts = name.slice(0, LONGEST_NAME).split('-');
      return parts.some((_, count) => names.has(`${namespace}/${parts.slice(0, count + 1).join('-')}`));
    },
  };
}

const LONGEST_NAME = 253;
