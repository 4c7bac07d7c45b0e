import { addToGroup } from '../text/groups.ts';

type Labels = Readonly<Record<string, string>>;

/** Something in a namespace that selectors may choose. */
export interface Labelled {
  readonly namespace: string;
  readonly labels: Labels;
}

/** Finds what carries labels without looking at everything each time. */
export interface LabelIndex<T extends Labelled> {
  /** Whatever carries the label, in the order in which it was given. */
  readonly carriers: (namespace: string, key: string, value: string) => readonly T[];
  /** Whatever carries every label of the selector; nothing for an empty selector, as with Services. */
  readonly select: (namespace: string, selector: Labels) => readonly T[];
}

/** Looks through the members once; afterwards a selector costs as much as its rarest label has carriers. */
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

/** Whether the label is there with that value; keys that objects inherit are no labels. */
export const hasLabel = (labels: Labels, key: string, value: string): boolean =>
  Object.hasOwn(labels, key) && labels[key] === value;

const labelKey = (namespace: string, key: string, value: string): string =>
  `${namespace}\u0000${key}\u0000${value}`;
