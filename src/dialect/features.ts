import { gatesInForce } from './feature-gates.ts';
import { type Feature, HISTORY } from './history.ts';
import { type Gated, isGated, type Row, rowAt } from './rows.ts';
import { type Version } from './version.ts';

type Folded<Value> = Value extends Gated ? boolean : Value;

/** kube-proxy of one release with its feature gates, as plain answers to every question that is asked about it. */
export type Features = {
  readonly [F in Feature]: Folded<(typeof HISTORY)[F][number]['value']>;
};

/** A history of every feature; tests give one with rows moved. */
export type History = Readonly<Record<Feature, readonly Row<unknown>[]>>;

const known = new Map<string, Features>();

/**
 * What kube-proxy of the release does with these feature gates in force; without `gates`, with its defaults. Returns
 * one frozen object for all gates that lead to the same answers.
 */
export function featuresFor(
  version: Version,
  gates: ReadonlySet<string> = gatesInForce(version, new Map()).gates,
): Features {
  const key = [version, ...DECIDING_GATES.filter((gate) => gates.has(gate))].join(' ');
  const features = known.get(key) ?? foldFeatures(HISTORY, version, gates);
  known.set(key, features);
  return features;
}

/** The value of every feature of a history at one release, each gated one decided by the gates in force. */
export function foldFeatures(history: History, version: Version, gates: ReadonlySet<string>): Features {
  const entries = Object.entries(history).map(([feature, rows]) => {
    const { value } = rowAt(rows, version);
    return [feature, isGated(value) ? gates.has(value.gate) : value];
  });
  return Object.freeze(Object.fromEntries(entries)) as Features;
}

/** The gates that any row asks for. */
const DECIDING_GATES: readonly string[] = [
  ...new Set(
    Object.values(HISTORY).flatMap((rows: readonly Row<unknown>[]) =>
      rows.flatMap(({ value }) => (isGated(value) ? [value.gate] : [])),
    ),
  ),
];
