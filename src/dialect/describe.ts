import { CAPTURED } from './captures.ts';
import { type Feature, HISTORY } from './history.ts';
import { type Row } from './rows.ts';
import { type Version, VERSIONS } from './version.ts';

/** What one release changed in the rules, out of the very table that the generator uses. */
export interface DialectDescription {
  readonly version: Version;
  /** The release whose rules were captured from a real run; absent when they were read from source. */
  readonly captured?: string;
  readonly changes: readonly {
    readonly feature: Feature;
    readonly change: string;
    readonly source?: string;
  }[];
}

/** Every dialect, oldest first. */
export function describeDialects(): readonly DialectDescription[] {
  return VERSIONS.map((version): DialectDescription => {
    const captured = CAPTURED[version];
    return { version, ...(captured !== undefined && { captured }), changes: changesOf(version) };
  });
}

function changesOf(version: Version): DialectDescription['changes'] {
  const features = Object.entries(HISTORY) as [Feature, readonly Row<unknown>[]][];
  return features.flatMap(([feature, rows]) =>
    rows.flatMap(({ since, change, source }) =>
      since === version && change !== undefined
        ? [{ feature, change, ...(source !== undefined && { source }) }]
        : [],
    ),
  );
}
