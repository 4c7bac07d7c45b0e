import { type Dialect, type Feature, HISTORY } from './history.ts';
import { type Row, rowAt, type Switch } from './rows.ts';
import { type Version } from './version.ts';

/** Every feature's value at one release. `history` is replaced only by tests that move rows. */
export function dialectFor(
  version: Version,
  history: Readonly<Record<Feature, readonly Row<unknown>[]>> = HISTORY,
): Dialect {
  const entries = Object.entries(history).map(([feature, rows]) => [feature, rowAt(rows, version).value]);
  return Object.freeze(Object.fromEntries(entries)) as Dialect;
}

/** Whether a behaviour is on: always, never, or as its feature gate stands. */
export function isOn(value: Switch, gates: ReadonlySet<string>): boolean {
  return typeof value === 'boolean' ? value : gates.has(value.gate);
}
