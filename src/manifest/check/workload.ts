import { type ObjectOf } from '../../schema/pieces.ts';
import {
  type HorizontalPodAutoscaler,
  type LabelSelector,
  type ObjectMeta,
  type PodTemplate,
  type Workload,
} from '../types.ts';
import { fields, filledText, items, optionalNumber, text, textMap, texts } from './json.ts';
import { invalid, notSupported, required } from './messages.ts';
import { checkLabels } from './metadata.ts';
import { labelKeyMistakes } from './names.ts';
import { checkPodSpec, readPodSpec } from './pod.ts';
import { type Report } from './report.ts';
import { type podTemplateSchema } from './schemas/pod-spec.ts';
import { type labelSelectorSchema } from './schemas/metadata.ts';
import {
  type autoscalerSchema,
  type replicationControllerSchema,
  type workloadSchemas,
} from './schemas/workload.ts';
import { type Unchecked } from './unchecked.ts';

type RawWorkload = ObjectOf<(typeof workloadSchemas)['StatefulSet']>;
type RawController = ObjectOf<typeof replicationControllerSchema>;

/**
 * Reads a workload of apps/v1 and fills in its defaults. The result is not checked yet. (pkg/apis/apps/v1/defaults.go,
 * 1.36)
 */
export function readWorkload(
  kind: keyof typeof workloadSchemas | 'DaemonSet',
  raw: RawWorkload,
  metadata: ObjectMeta,
): Unchecked<Workload> {
  const spec = fields(raw.spec);
  const replicas = optionalNumber(spec.replicas);
  const serviceName = filledText(spec.serviceName);
  return {
    kind,
    metadata,
    spec: {
      ...(replicas === undefined || kind === 'DaemonSet' ? {} : { replicas }),
      ...(serviceName === undefined ? {} : { serviceName }),
      selector: readSelector(fields(spec.selector)),
      template: readTemplate(fields(spec.template)),
    },
  };
}

/**
 * Reads a ReplicationController. The result is not checked yet. Without a selector, the labels of the template are the
 * selector.
 */
export function readReplicationController(raw: RawController, metadata: ObjectMeta): Unchecked<Workload> {
  const spec = fields(raw.spec);
  const replicas = optionalNumber(spec.replicas);
  const selector = textMap(spec.selector);
  const template = readTemplate(fields(spec.template));
  const matchLabels = Object.keys(selector).length === 0 ? template.labels : selector;
  return {
    kind: 'ReplicationController',
    metadata,
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels, matchExpressions: [] },
      template,
    },
  };
}

function readTemplate(raw: ObjectOf<typeof podTemplateSchema>): Unchecked<PodTemplate> {
  const metadata = fields(raw.metadata);
  return {
    labels: textMap(metadata.labels),
    annotations: textMap(metadata.annotations),
    spec: readPodSpec(fields(raw.spec)),
  };
}

function readSelector(raw: ObjectOf<typeof labelSelectorSchema>): Unchecked<LabelSelector> {
  return {
    matchLabels: textMap(raw.matchLabels),
    matchExpressions: items(raw.matchExpressions)
      .map(fields)
      .map(({ key, operator, values }) => ({
        key: text(key),
        operator: text(operator),
        values: texts(values),
      })),
  };
}

const OPERATORS: readonly string[] = ['DoesNotExist', 'Exists', 'In', 'NotIn'];

/** Checks the rules for the fields of a workload that are read. (pkg/apis/apps/validation, 1.36) */
export function checkWorkloadRules(workload: Unchecked<Workload>, report: Report): void {
  const { replicas, selector, template } = workload.spec;
  if (replicas !== undefined && replicas < 0) {
    report.error(['spec', 'replicas'], invalid(replicas, 'must be greater than or equal to 0'));
  }
  const isPlain = workload.kind === 'ReplicationController';
  const labelsPath = isPlain ? ['spec', 'selector'] : ['spec', 'selector', 'matchLabels'];
  checkLabels(selector.matchLabels, labelsPath, report);
  checkExpressions(selector, report);
  if (Object.keys(selector.matchLabels).length === 0 && selector.matchExpressions.length === 0) {
    report.error(['spec', 'selector'], required());
  }
  const templateLabels = ['spec', 'template', 'metadata', 'labels'];
  checkLabels(template.labels, templateLabels, report);
  if (!selects(selector, template.labels)) {
    report.error(templateLabels, invalid(template.labels, '`selector` does not match template `labels`'));
  }
  checkPodSpec(template.spec, ['spec', 'template', 'spec'], report);
}

/**
 * Returns true when the selector matches pods with these labels. (LabelSelectorAsSelector, apimachinery
 * pkg/apis/meta/v1)
 */
function selects(selector: Unchecked<LabelSelector>, labels: Readonly<Record<string, string>>): boolean {
  const has = (key: string): boolean => Object.hasOwn(labels, key);
  return (
    Object.entries(selector.matchLabels).every(([key, value]) => has(key) && labels[key] === value) &&
    selector.matchExpressions.every(({ key, operator, values }) => {
      if (operator === 'Exists') return has(key);
      if (operator === 'DoesNotExist') return !has(key);
      const isAmong = has(key) && values.includes(labels[key] ?? '');
      return operator === 'NotIn' ? !isAmong : isAmong;
    })
  );
}

function checkExpressions(selector: Unchecked<LabelSelector>, report: Report): void {
  for (const [index, { key, operator, values }] of selector.matchExpressions.entries()) {
    const path = ['spec', 'selector', 'matchExpressions', index];
    report.invalid([...path, 'key'], key, labelKeyMistakes(key));
    if (!OPERATORS.includes(operator)) report.error([...path, 'operator'], notSupported(operator, OPERATORS));
    const needsValues = operator === 'In' || operator === 'NotIn';
    if (needsValues && values.length === 0) {
      report.error([...path, 'values'], required("must be specified when `operator` is 'In' or 'NotIn'"));
    }
  }
}

/** Reads how many pods a HorizontalPodAutoscaler allows for its workload. */
export function readAutoscaler(
  raw: ObjectOf<typeof autoscalerSchema>,
  metadata: ObjectMeta,
): HorizontalPodAutoscaler {
  const spec = fields(raw.spec);
  const target = fields(spec.scaleTargetRef);
  return {
    kind: 'HorizontalPodAutoscaler',
    metadata,
    spec: {
      scaleTargetRef: { kind: text(target.kind), name: text(target.name) },
      minReplicas: optionalNumber(spec.minReplicas) ?? 1,
      maxReplicas: optionalNumber(spec.maxReplicas) ?? 0,
    },
  };
}

/** Checks the rules for the fields of an autoscaler that are read. (pkg/apis/autoscaling/validation, 1.36) */
export function checkAutoscalerRules(autoscaler: HorizontalPodAutoscaler, report: Report): void {
  const { scaleTargetRef, minReplicas, maxReplicas } = autoscaler.spec;
  for (const field of ['kind', 'name'] as const) {
    if (scaleTargetRef[field] === '') report.error(['spec', 'scaleTargetRef', field], required());
  }
  if (minReplicas < 0) {
    report.error(['spec', 'minReplicas'], invalid(minReplicas, 'must be greater than or equal to 0'));
  }
  if (maxReplicas < 1) report.error(['spec', 'maxReplicas'], invalid(maxReplicas, 'must be greater than 0'));
  else if (maxReplicas < minReplicas) {
    const why = 'must be greater than or equal to `minReplicas`';
    report.error(['spec', 'maxReplicas'], invalid(maxReplicas, why));
  }
}
