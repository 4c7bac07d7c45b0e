/** Proof of rows of the history: each one, moved by one release, makes the text of some case come out wrong. */
import { type Feature, HISTORY } from '../../src/dialect/history.ts';
import { type Row } from '../../src/dialect/rows.ts';
import { rankOf, type Version, VERSIONS } from '../../src/dialect/version.ts';

export type FullHistory = typeof HISTORY;

/** A case of one release, and the text that it gives with some history. */
export interface Witness {
  readonly name: string;
  readonly version: Version;
  readonly textWith: (history: FullHistory) => string;
}

/** A row that can be moved. */
export interface MoveableRow {
  readonly feature: Feature;
  readonly index: number;
  readonly since: Version;
}

/** Every row of the features but the first of each: the release before that is unknown. */
export const moveableRows = (features: readonly Feature[]): readonly MoveableRow[] =>
  features.flatMap((feature) => {
    const rows: readonly Row<unknown>[] = HISTORY[feature];
    return rows.slice(1).map((row, index) => ({ feature, index: index + 1, since: row.since }));
  });

/** Tells from which sides a moved row is seen: `late` when it comes a release later, `early` when a release sooner. */
export class RowProof {
  private readonly witnesses: readonly Witness[];
  private readonly known = new Map<Witness, string>();

  constructor(witnesses: readonly Witness[]) {
    this.witnesses = witnesses;
  }

  /** The sides from which the row is seen. */
  sidesOf({ feature, index, since }: MoveableRow): readonly string[] {
    const later = movedBy(feature, index, 1) ?? {
      // A row of the newest release cannot come later, but it can be missing.
      ...HISTORY,
      [feature]: HISTORY[feature].slice(0, -1),
    };
    const earlier = movedBy(feature, index, -1);
    const before = VERSIONS[rankOf(since) - 1];
    const isLateSeen = this.isSeen(since, later);
    const isEarlySeen = before !== undefined && earlier !== undefined && this.isSeen(before, earlier);
    return [...(isLateSeen ? ['late'] : []), ...(isEarlySeen ? ['early'] : [])];
  }

  /** Whether some case comes out differently at the version with another history. */
  private isSeen(version: Version, history: FullHistory): boolean {
    return this.witnesses.some(
      (witness) => witness.version === version && witness.textWith(history) !== this.textOf(witness),
    );
  }

  private textOf(witness: Witness): string {
    let text = this.known.get(witness);
    if (text === undefined) this.known.set(witness, (text = witness.textWith(HISTORY)));
    return text;
  }
}

function movedBy(feature: Feature, index: number, by: 1 | -1): FullHistory | undefined {
  const rows: readonly Row<unknown>[] = HISTORY[feature];
  const since = VERSIONS[rankOf(rows[index]!.since) + by];
  if (since === undefined) return undefined;
  return { ...HISTORY, [feature]: rows.with(index, { ...rows[index]!, since }) };
}
