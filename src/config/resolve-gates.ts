import { gatesInForce, type GateRefusal, knownGates } from '../dialect/feature-gates.ts';
import { type Version } from '../dialect/version.ts';
import { nearestName } from '../text/nearest-name.ts';
import { type Outcome, type Problem } from '../text/problem.ts';
import { complain, type Setting } from './setting.ts';

export interface ResolvedGates {
  readonly inForce: ReadonlySet<string>;
  readonly chosen: ReadonlyMap<string, boolean>;
}

/** The feature gates in force. Errors: gates that kube-proxy of the version does not know or has locked. */
export function resolveGates(
  settings: readonly Setting<ReadonlyMap<string, boolean>>[],
  version: Version,
): Outcome<ResolvedGates> {
  const chosen = new Map(settings.flatMap((setting) => [...setting.value]));
  const { gates, refusals } = gatesInForce(version, chosen);
  const problems: Problem[] = refusals.flatMap((refusal) => {
    const setting = settings.findLast((candidate) => candidate.value.has(refusal.gate));
    if (setting === undefined) return [];
    const inner = setting.origin.subject === undefined ? [] : [refusal.gate];
    return [complain(setting.origin, `${refusal.message} (${note(refusal, version)})`, inner)];
  });
  return { value: { inForce: gates, chosen }, problems };
}

function note(refusal: GateRefusal, version: Version): string {
  if (refusal.kind === 'locked') return `kube-proxy ${version}`;
  const first = refusal.knownIn[0];
  const last = refusal.knownIn.at(-1);
  if (first !== undefined && last !== undefined) {
    const span = first === last ? `only in ${first}` : `in ${first} to ${last}`;
    return `kube-proxy ${version}; the gate is known ${span}`;
  }
  const near = nearestName(refusal.gate, knownGates(version).keys());
  return `kube-proxy ${version}${near === undefined ? '' : `; did you mean "${near}"?`}`;
}
