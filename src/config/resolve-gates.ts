import {
  GATE_NAMES,
  gateAt,
  gatesInForce,
  type GateRefusal,
  versionsKnowing,
} from '../dialect/feature-gates.ts';
import { type Version } from '../dialect/version.ts';
import { nearestName } from '../text/nearest-name.ts';
import { type Outcome, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Setting, complain } from './setting.ts';

export interface ResolvedGates {
  readonly inForce: ReadonlySet<string>;
  readonly chosen: ReadonlyMap<string, boolean>;
}

/** Returns the feature gates in force. Errors: gates that kube-proxy of the version does not know or has locked. */
export function resolveGates(
  settings: readonly Setting<ReadonlyMap<string, boolean>>[],
  version: Version,
): Outcome<ResolvedGates> {
  const chosen = new Map(settings.flatMap((setting) => [...setting.value]));
  const { gates, refusals } = gatesInForce(version, chosen);
  const problems: Diagnostic[] = refusals.flatMap((refusal, index) => {
    const setting = settings.findLast((candidate) => candidate.value.has(refusal.gate));
    if (setting === undefined) return [];
    const inner = setting.origin.subject === undefined ? [] : [refusal.gate];
    const message = `${refusal.message} (${note(refusal, version, index < MOST_HINTS)})`;
    return [complain('feature-gate-invalid', setting.origin, message, inner)];
  });
  return { value: { inForce: gates, chosen }, problems };
}

// Finding the nearest of hundreds of names takes time: the messages after the first ones do without.
const MOST_HINTS = 20;

function note(refusal: GateRefusal, version: Version, withHint: boolean): string {
  const release = `kube-proxy ${version}`;
  if (refusal.kind === 'locked') return release;
  if (versionsKnowing(refusal.gate).length > 0) return `${release}; ${knownSpan(refusal.gate)}`;
  const near = withHint ? nearestName(refusal.gate, GATE_NAMES) : undefined;
  if (near === undefined) return release;
  const span = gateAt(near, version) === undefined ? `, ${knownSpan(near)}` : '';
  return `${release}; did you mean "${near}"${span}?`;
}

/**
 * Returns the releases that know a gate. A gate is added once and removed once, so the first and the last release
 * describe it.
 */
function knownSpan(gate: string): string {
  const versions = versionsKnowing(gate);
  const [first = '', last = ''] = [versions[0], versions.at(-1)];
  return first === last ? `known only in ${first}` : `known in ${first} to ${last}`;
}
