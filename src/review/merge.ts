import { type Review, type ReviewItem } from './review.ts';
import { listed } from '../text/listed.ts';

/** What was found in one of many places of the same kind: a golden file, a node. */
export interface NamedReview {
  readonly name: string;
  readonly review: Review;
}

/** The words for the places. */
export interface Places {
  /** `files`, `nodes`. */
  readonly plural: string;
  /** The number of all places, those without a finding included. */
  readonly count: number;
}

/** A finding, and the names of the places that have it. */
export interface MergedItem {
  readonly item: ReviewItem;
  readonly names: ReadonlySet<string>;
}

/** Many reviews brought together by Service. */
export interface Merged {
  readonly groups: ReadonlyMap<string, readonly MergedItem[]>;
  readonly notes: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Brings many reviews together by Service: what was found in several places is there once, with all of them. Linear in
 * the number of findings.
 */
export function mergeReviews(reviews: readonly NamedReview[]): Merged {
  const groups = new Map<string, Map<string, { readonly item: ReviewItem; readonly names: Set<string> }>>();
  const notes = new Map<string, Set<string>>();
  for (const { name, review } of reviews) {
    for (const group of review.groups) {
      const items = groups.get(group.name) ?? new Map<string, { item: ReviewItem; names: Set<string> }>();
      groups.set(group.name, items);
      for (const item of group.items) {
        const key = JSON.stringify([item.code, item.message]);
        const found = items.get(key);
        if (found === undefined) items.set(key, { item, names: new Set([name]) });
        else found.names.add(name);
      }
    }
    for (const note of review.notes) notes.set(note, (notes.get(note) ?? new Set()).add(name));
  }
  return { groups: new Map([...groups].map(([name, items]) => [name, [...items.values()]])), notes };
}

/** The same as one review, whose messages tell in how many places each was found. */
export const reviewOfMerged = ({ groups, notes }: Merged, places: Places): Omit<Review, 'summary'> => ({
  groups: [...groups].map(([name, items]) => ({
    name,
    items: items.map(({ item, names }) => ({
      ...item,
      message: `${share(names, places)} (${someOf(names)}): ${item.message}`,
    })),
  })),
  notes: [...notes].map(([note, names]) => `${share(names, places)} (${someOf(names)}): ${note}`),
});

/** `12 of 500 nodes` */
export const share = (names: ReadonlySet<string>, { plural, count }: Places): string =>
  `${names.size} of ${count} ${plural}`;

/** The most names of places that are listed with a finding. */
const MOST_NAMES = 5;

/** `node-1, node-2 and 7 more` */
export const someOf = (names: ReadonlySet<string>): string => listed([...names], MOST_NAMES);
