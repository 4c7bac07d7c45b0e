import { FEATURE_GATE_TABLE } from './feature-gate-table.ts';
import { isVersion, rankOf, type Version, VERSIONS } from './version.ts';

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

interface Change {
  readonly since: Version;
  /** Absent: the gate is unknown from this release on. */
  readonly state?: GateState;
}

/** `1.21:b+ 1.25:g+! 1.28:x`, see {@link FEATURE_GATE_TABLE}. */
function parseChanges(history: string): readonly Change[] {
  return history.split(' ').map((entry) => {
    const [since = '', state = ''] = entry.split(':');
    const stage = STAGES.get(state[0] ?? '');
    if (!isVersion(since) || (stage === undefined && state !== 'x')) throw new Error(`bad entry: ${entry}`);
    if (stage === undefined) return { since };
    return { since, state: { stage, onByDefault: state[1] === '+', locked: state.endsWith('!') } };
  });
}

const TEXTS: ReadonlyMap<string, string> = new Map(Object.entries(FEATURE_GATE_TABLE));

/** The histories that were asked for: to read all takes longer than a small cluster does. */
const histories = new Map<string, readonly Change[]>();

function historyOf(gate: string): readonly Change[] {
  const text = TEXTS.get(gate);
  if (text === undefined) return [];
  const history = histories.get(gate) ?? parseChanges(text);
  histories.set(gate, history);
  return history;
}

/** The names of all gates that any release knows. */
export const GATE_NAMES: readonly string[] = [...TEXTS.keys()];

/** The releases that know a gate, oldest first. */
export const versionsKnowing = (gate: string): readonly Version[] =>
  VERSIONS.filter((version) => gateAt(gate, version) !== undefined);

/** The gate at a release; undefined when that release does not know it. */
export function gateAt(gate: string, version: Version): GateState | undefined {
  const rank = rankOf(version);
  return historyOf(gate).findLast((change) => rankOf(change.since) <= rank)?.state;
}

/** Every gate that the release knows, by name. */
export function knownGates(version: Version): ReadonlyMap<string, GateState> {
  const known = new Map<string, GateState>();
  for (const gate of GATE_NAMES) {
    const state = gateAt(gate, version);
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
