import { addToGroup } from '../text/groups.ts';

type Labels = Readonly<Record<string, string>>;

/** An object in a namespace that a selector may choose. */
export interface Labelled {
  readonly namespace: string;
  readonly labels: Labels;
}

/** Finds members by label without a scan of all members. */
export interface LabelIndex<T extends Labelled> {
  /** Returns the members with the label, in the order of the input. */
  readonly carriers: (namespace: string, key: string, value: string) => readonly T[];
  /** Returns the members with every label of the selector; none for an empty selector, as for Services. */
  readonly select: (namespace: string, selector: Labels) => readonly T[];
}

/** Indexes the members in one pass. A lookup then costs as much as its rarest label has members. */
export function indexLabels<T extends Labelled>(members: readonly T[]): LabelIndex<T> {
  const byLabel = new Map<string, T[]>();
  for (const member of members) {
    for (const [key, value] of Object.entries(member.labels)) {
      const name = labelKey(member.namespace, key, value);
      addToGroup(byLabel, name, member);
    }
  }
  const carriers = (namespace: string, key: string, value: string): readonly T[] =>
    byLabel.get(labelKey(namespace, key, value)) ?? [];
  const select = (namespace: string, selector: Labels): readonly T[] => {
    const pairs = Object.entries(selector);
    const groups = pairs.map(([key, value]) => carriers(namespace, key, value));
    const [fewest] = groups.sort((a, b) => a.length - b.length);
    return fewest?.filter(({ labels }) => pairs.every(([key, value]) => hasLabel(labels, key, value))) ?? [];
  };
  return { carriers, select };
}

/** True when the object itself has the label with this value. Inherited keys are no labels. */
export const hasLabel = (labels: Labels, key: string, value: string): boolean =>
  Object.hasOwn(labels, key) && labels[key] === value;

const labelKey = (namespace: string, key: string, value: string): string =>
  `${namespace}\u0000${key}\u0000${value}`;
