import { type Diagnostic } from '../../diagnostics/diagnostic.ts';
import { type Schema } from '../../schema/pieces.ts';
import { type RawObject } from '../resource.ts';
import { checkIngressRules } from './ingress-rules.ts';
import { fields, type Fields, isObject, text } from './json.ts';
import { checkMetadata, readMetadata, subjectOf } from './metadata.ts';
import { dnsSubdomainMistakes } from './names.ts';
import { checkPodTemplateRules, type RestartRule } from './pod-template-rules.ts';
import { Report } from './report.ts';
import { ingressSchema } from './schemas/ingress.ts';
import { cronJobSchema, jobSchema } from './schemas/workload.ts';
import { checkStructure } from './structure.ts';

/** How a kind is checked beyond the fields from which rules are compiled. */
interface WholeCheck {
  /** Present for kinds that nothing else checks. */
  readonly schema?: Schema;
  readonly rules: (raw: Fields, report: Report) => void;
}

const ANY_POLICY: RestartRule = { allowed: ['Always', 'OnFailure', 'Never'] };
const RUNS_FOREVER: RestartRule = { allowed: ['Always'] };
const RUNS_TO_THE_END: RestartRule = {
  allowed: ['OnFailure', 'Never'],
  needed: 'valid values: "OnFailure", "Never"',
};

const podsAt = (path: readonly string[], restart: RestartRule): WholeCheck['rules'] => {
  const specPath = [...path, 'spec'];
  return (raw, report) => {
    const spec = specPath.reduce((outer: Fields, key) => fields(outer[key]), raw);
    checkPodTemplateRules(spec, specPath, restart, report);
  };
};

const workload: WholeCheck = { rules: podsAt(['spec', 'template'], RUNS_FOREVER) };

const CHECKS: ReadonlyMap<string, WholeCheck> = new Map([
  ['v1 Pod', { rules: podsAt([], ANY_POLICY) }],
  ['v1 ReplicationController', workload],
  ['apps/v1 Deployment', workload],
  ['apps/v1 StatefulSet', workload],
  ['apps/v1 DaemonSet', workload],
  ['apps/v1 ReplicaSet', workload],
  ['batch/v1 Job', { schema: jobSchema, rules: podsAt(['spec', 'template'], RUNS_TO_THE_END) }],
  [
    'batch/v1 CronJob',
    { schema: cronJobSchema, rules: podsAt(['spec', 'jobTemplate', 'spec', 'template'], RUNS_TO_THE_END) },
  ],
  ['networking.k8s.io/v1 Ingress', { schema: ingressSchema, rules: checkIngressRules }],
]);

/**
 * Reports what the API server would refuse in kinds and fields on which no rule of kube-proxy depends. `checkObjects`
 * checks all others.
 */
export const checkWholeObjects = (
  objects: readonly RawObject[],
  options: { readonly strict: boolean },
): readonly Diagnostic[] => objects.flatMap((object) => checkWhole(object, options.strict));

function checkWhole(object: RawObject, strict: boolean): readonly Diagnostic[] {
  const raw = object.value;
  if (!isObject(raw)) return [];
  const kind = text(raw['kind']);
  const check = CHECKS.get(`${text(raw['apiVersion'])} ${kind}`);
  if (check === undefined) return [];
  const naming = { namespaced: true, mistakes: dnsSubdomainMistakes };
  const report = new Report(object, subjectOf(kind, fields(raw['metadata']), naming));
  if (check.schema !== undefined) checkStructure(raw, check.schema, report, strict);
  // A value of the wrong type reads as absent, and would be reported a second time as missing.
  if (report.errorCount > 0) return report.problems;
  if (check.schema !== undefined) checkMetadata(raw, readMetadata(raw, naming), naming, report);
  check.rules(raw, report);
  return report.problems;
}
