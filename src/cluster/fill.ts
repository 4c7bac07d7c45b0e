import {
  type About,
  type Diagnostic,
  diagnostic,
  type ObjectName,
  placedLater,
} from '../diagnostics/diagnostic.ts';
import { type JsonPath, formatPath } from '../text/json-path.ts';
import { type Place } from '../text/source.ts';
import { assign, type Known } from './assign.ts';
import { type Pool } from './pools.ts';

/** A value that only a cluster assigns and that the manifests lack. */
export interface Missing {
  /** Names the owner of the value. The key decides the stand-in and is its name among the assignments. */
  readonly key: string;
  /** Finds a value in the text of the owner, which may take reading it again. */
  readonly locate: (path: JsonPath) => Place;
  readonly subject: ObjectName;
  readonly path?: JsonPath;
  /** Such as `no IPv4 cluster IP is set`. */
  readonly what: string;
}

/** Missing values filled in. */
export interface Filled<V> {
  /** By key. */
  readonly values: ReadonlyMap<string, V>;
  /** A warning for each stand-in that is not pinned; seldom shown, so that its place is found when it is asked for. */
  readonly standIns: readonly Diagnostic[];
  readonly problems: readonly Diagnostic[];
}

/** Nothing was missing. */
export const NOTHING_FILLED: Filled<never> = { values: new Map<string, never>(), standIns: [], problems: [] };

/** How missing values are filled in. */
export interface FillOptions<V> {
  readonly pool: Pool<V>;
  /** The pool in the user's words: `--service-cidr 10.96.0.0/12`. */
  readonly poolName: string;
  /** Called only when a value is missing, because it goes through the whole input. */
  readonly known: () => Known<V>;
  readonly requireAssigned: boolean;
}

/**
 * Fills in missing values. With `requireAssigned`, each missing value that is not pinned is an error instead.
 * Errors: the pool is too small. Warnings: the manifests set a pinned value for another object.
 */
export function fill<V extends string | number>(
  missing: readonly Missing[],
  { pool, poolName, known, requireAssigned }: FillOptions<V>,
): Filled<V> {
  if (missing.length === 0) return NOTHING_FILLED;
  const assigned = assign(
    missing.map(({ key }) => key),
    pool,
    known(),
  );
  if (assigned === undefined) {
    return { ...NOTHING_FILLED, problems: [exhausted(missing, pool.size, poolName)] };
  }
  const { pinned, drawn, displaced } = assigned;
  const reports = missing.flatMap((one) => {
    const value = drawn.get(one.key);
    return value === undefined ? [] : [reported(one, value, requireAssigned)];
  });
  const gone = new Set(displaced);
  const pinsGone = missing.filter(({ key }) => gone.has(key)).map(pinIsSetElsewhere);
  return {
    values: new Map([...pinned, ...drawn]),
    standIns: requireAssigned ? [] : reports,
    problems: requireAssigned ? [...pinsGone, ...reports] : pinsGone,
  };
}

const about = ({ subject, path }: Missing): About => ({
  subject,
  path: path === undefined ? undefined : formatPath(path),
});

const placeOf = ({ locate, path = [] }: Missing): Place => locate(path);

const reported = (missing: Missing, value: string | number, requireAssigned: boolean): Diagnostic =>
  requireAssigned
    ? diagnostic('value-missing', `${missing.what}, and a stand-in is not allowed`, {
        ...about(missing),
        place: placeOf(missing),
      })
    : placedLater(
        diagnostic('stand-in', `${missing.what}; ${value} stands in`, { ...about(missing), detail: true }),
        () => placeOf(missing),
      );

const pinIsSetElsewhere = (missing: Missing): Diagnostic =>
  diagnostic(
    'pin-displaced',
    `${missing.what}, and the value assigned before is now set in the manifests; another stands in`,
    { ...about(missing), place: placeOf(missing) },
  );

const exhausted = (missing: readonly Missing[], size: number, poolName: string): Diagnostic =>
  diagnostic(
    'pool-exhausted',
    `${poolName} has not enough room: ${missing.length} values are needed ` +
      `and ${size} are in it, those included that are set`,
  );
