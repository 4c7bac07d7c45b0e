import { type Review, type ReviewGroup, type ReviewItem } from './review.ts';

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

/** The most names of places that are listed with a finding. */
const MOST_NAMES = 5;

/**
 * Brings many reviews together by Service: what was found in several places is told once, with how many and which they
 * are. Linear in the number of findings.
 */
export function mergeReviews(reviews: readonly NamedReview[], places: Places): Omit<Review, 'summary'> {
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
  return {
    groups: [...groups].map(([name, items]): ReviewGroup => ({
      name,
      items: [...items.values()].map(({ item, names }) => ({
        ...item,
        message: `${share(names, places)}: ${item.message}`,
      })),
    })),
    notes: [...notes].map(([note, names]) => `${share(names, places)}: ${note}`),
  };
}

/** `2 of 40 files (a.save, b.save)` */
function share(names: ReadonlySet<string>, { plural, count }: Places): string {
  const shown = [...names].slice(0, MOST_NAMES);
  const more = names.size > shown.length ? ` and ${names.size - shown.length} more` : '';
  return `${names.size} of ${count} ${plural} (${shown.join(', ')}${more})`;
}
