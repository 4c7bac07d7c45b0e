import { FEATURE_GATE_TABLE } from './feature-gate-table.ts';
import { type Version, VERSIONS } from './version.ts';

export type GateStage = 'alpha' | 'beta' | 'ga' | 'deprecated';

/** How one release has a feature gate. */
export interface GateState {
  readonly stage: GateStage;
  readonly onByDefault: boolean;
  /** The gate is locked: it can only be set to its default. */
  readonly locked: boolean;
}

/** Why kube-proxy would not start with a chosen gate. */
export interface GateRefusal {
  readonly gate: string;
  readonly kind: 'unknown' | 'locked';
  /** In kube-proxy's words. (SetFromMap, component-base/featuregate) */
  readonly message: string;
}

export interface GatesInForce {
  readonly gates: ReadonlySet<string>;
  readonly refusals: readonly GateRefusal[];
}

const STAGES: ReadonlyMap<string, GateStage> = new Map<string, GateStage>([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['g', 'ga'],
  ['d', 'deprecated'],
]);

/** Gates that set all gates of a stage, except those that the user chose one by one. */
const COLLECTIVE: ReadonlyMap<string, GateStage> = new Map<string, GateStage>([
  ['AllAlpha', 'alpha'],
  ['AllBeta', 'beta'],
]);

/** Histories as the table spells them: to read all of them takes longer than to compile a small cluster. */
const HISTORIES: ReadonlyMap<string, string> = new Map(FEATURE_GATE_TABLE.split('\n').map(splitRow));

function splitRow(row: string): readonly [gate: string, history: string] {
  const blank = row.indexOf(' ');
  return [row.slice(0, blank), row.slice(blank + 1)];
}

/** Reads `b+`, `g+!`; undefined for `x`: the gate is unknown from there on. */
function readState(text: string): GateState | undefined {
  const stage = STAGES.get(text[0] ?? '');
  if (stage === undefined && text !== 'x') throw new Error(`bad state: ${text}`);
  return stage && { stage, onByDefault: text[1] === '+', locked: text.endsWith('!') };
}

/** Finds the newest entry of `21b+ 25g+! 28x`, from 1.21 on, that is no younger than a minor release. */
function stateAt(history: string, minor: number): GateState | undefined {
  for (let end = history.length; end > 0;) {
    const start = history.lastIndexOf(' ', end - 1) + 1;
    const since = Number.parseInt(history.slice(start, end), 10);
    if (since <= minor) return readState(history.slice(start + String(since).length, end));
    end = start - 1;
  }
  return undefined;
}

/** The minor release as the table spells it: 8 for 1.8. */
const minorOf = (version: Version): number => Number(version.slice(version.indexOf('.') + 1));

/** The names of all gates that any release knows. */
export const GATE_NAMES: readonly string[] = [...HISTORIES.keys()];

/** The releases that know a gate, oldest first. */
export const versionsKnowing = (gate: string): readonly Version[] =>
  VERSIONS.filter((version) => gateAt(gate, version) !== undefined);

/** The gate at a release; undefined when that release does not know it. */
export function gateAt(gate: string, version: Version): GateState | undefined {
  const history = HISTORIES.get(gate);
  return history === undefined ? undefined : stateAt(history, minorOf(version));
}

/** Every gate that the release knows, by name. */
export function knownGates(version: Version): ReadonlyMap<string, GateState> {
  const known = new Map<string, GateState>();
  const minor = minorOf(version);
  for (const [gate, history] of HISTORIES) {
    const state = stateAt(history, minor);
    if (state !== undefined) known.set(gate, state);
  }
  return known;
}

/**
 * The gates that are on when kube-proxy of the release starts with the chosen ones, and what it would refuse.
 * A chosen gate that is refused stands as by default. (SetFromMap and setUnsetAlphaGates,
 * component-base/featuregate)
 */
export function gatesInForce(version: Version, chosen: ReadonlyMap<string, boolean>): GatesInForce {
  const known = knownGates(version);
  const refusals = [...chosen].flatMap(([gate, value]) => refusalOf(gate, value, version));
  const refused = new Set(refusals.map((refusal) => refusal.gate));
  const accepted = new Map([...chosen].filter(([gate]) => !refused.has(gate)));
  const gates = new Set<string>();
  for (const [gate, state] of known) {
    if (accepted.get(gate) ?? collectiveChoice(state.stage, accepted) ?? state.onByDefault) gates.add(gate);
  }
  return { gates, refusals };
}

function refusalOf(gate: string, value: boolean, version: Version): readonly GateRefusal[] {
  const state = gateAt(gate, version);
  if (state === undefined) {
    return [{ gate, kind: 'unknown', message: `unrecognized feature gate: ${gate}` }];
  }
  if (!state.locked || state.onByDefault === value) return [];
  const message = `cannot set feature gate ${gate} to ${value}, feature is locked to ${state.onByDefault}`;
  return [{ gate, kind: 'locked', message }];
}

/** What AllAlpha or AllBeta say of a stage. */
function collectiveChoice(stage: GateStage, chosen: ReadonlyMap<string, boolean>): boolean | undefined {
  for (const [gate, covered] of COLLECTIVE) {
    if (covered === stage && chosen.has(gate)) return chosen.get(gate);
  }
  return undefined;
}
