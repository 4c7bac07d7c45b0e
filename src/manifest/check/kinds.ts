import { type ApiObject, type EndpointSlice, type Endpoints, type Pod, type Workload } from '../types.ts';
import { type EndpointSliceDraft, readEndpointSlice } from './endpoint-slice-defaults.ts';
import { checkEndpointSliceRules } from './endpoint-slice-rules.ts';
import { checkEndpointsRules, readEndpoints } from './endpoints.ts';
import { type Fields } from './json.ts';
import { type Naming } from './metadata.ts';
import { dnsLabelMistakes, dnsSubdomainMistakes } from './names.ts';
import { checkNodeRules, readNode } from './node.ts';
import { checkPodRules, readPod } from './pod.ts';
import { type ClusterRanges, clusterFamilies } from './ranges.ts';
import { type Report } from './report.ts';
import { type Schema } from './schema.ts';
import { betaEndpointSliceSchema, endpointSliceSchema, endpointsSchema } from './schemas/endpoints.ts';
import { nodeSchema } from './schemas/node.ts';
import { serviceSchema } from './schemas/service.ts';
import {
  autoscalerSchema,
  podSchema,
  replicationControllerSchema,
  workloadSchema,
} from './schemas/workload.ts';
import { readService, settleService } from './service-defaults.ts';
import { checkServiceRules } from './service-rules.ts';
import { checkAutoscalerRules, checkWorkloadRules, readAutoscaler, readWorkload } from './workload.ts';

/** How one kind is checked and brought into the shape of `types.ts`. */
export interface Kind {
  /** The API group; empty for the core group. */
  readonly group: string;
  /** The schema of each version that is read. */
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly naming: Naming;
  /** Fills in defaults and checks the rules. What it returns may be used only if the report has no errors. */
  readonly read: (
    raw: Fields,
    metadata: ApiObject['metadata'],
    report: Report,
    ranges: ClusterRanges | undefined,
  ) => ApiObject;
}

const inNamespace: Naming = { namespaced: true, mistakes: dnsSubdomainMistakes };

const workload = (kind: Workload['kind'], schema: Schema = workloadSchema): Kind => ({
  group: kind === 'ReplicationController' ? '' : 'apps',
  schemas: { v1: schema },
  naming: inNamespace,
  read: (raw, metadata, report) => {
    const draft = readWorkload(kind, raw, metadata);
    checkWorkloadRules(draft, report);
    return draft as Workload;
  },
});

/** Every kind that is read, by name. */
export const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  [
    'Service',
    {
      group: '',
      schemas: { v1: serviceSchema },
      naming: { namespaced: true, mistakes: dnsLabelMistakes },
      read: (raw, metadata, report, ranges) => {
        const draft = readService(raw, metadata);
        checkServiceRules(draft, ranges, report);
        return settleService(draft, clusterFamilies(ranges));
      },
    },
  ],
  [
    'EndpointSlice',
    {
      group: 'discovery.k8s.io',
      schemas: { v1: endpointSliceSchema, v1beta1: betaEndpointSliceSchema },
      naming: inNamespace,
      read: (raw, metadata, report) => {
        const draft: EndpointSliceDraft = readEndpointSlice(raw, metadata);
        checkEndpointSliceRules(draft, raw, report);
        return draft as EndpointSlice;
      },
    },
  ],
  [
    'Endpoints',
    {
      group: '',
      schemas: { v1: endpointsSchema },
      naming: inNamespace,
      read: (raw, metadata, report) => {
        const draft = readEndpoints(raw, metadata);
        checkEndpointsRules(draft, report);
        return draft as Endpoints;
      },
    },
  ],
  [
    'Node',
    {
      group: '',
      schemas: { v1: nodeSchema },
      naming: { namespaced: false, mistakes: dnsSubdomainMistakes },
      read: (raw, metadata, report) => {
        const node = readNode(raw, metadata);
        checkNodeRules(node, raw, report);
        return node;
      },
    },
  ],
  [
    'Pod',
    {
      group: '',
      schemas: { v1: podSchema },
      naming: inNamespace,
      read: (raw, metadata, report) => {
        const draft = readPod(raw, metadata);
        checkPodRules(draft, report);
        return draft as Pod;
      },
    },
  ],
  ['Deployment', workload('Deployment')],
  ['StatefulSet', workload('StatefulSet')],
  ['DaemonSet', workload('DaemonSet')],
  ['ReplicaSet', workload('ReplicaSet')],
  ['ReplicationController', workload('ReplicationController', replicationControllerSchema)],
  [
    'HorizontalPodAutoscaler',
    {
      group: 'autoscaling',
      schemas: { v1: autoscalerSchema, v2: autoscalerSchema },
      naming: inNamespace,
      read: (raw, metadata, report) => {
        const autoscaler = readAutoscaler(raw, metadata);
        checkAutoscalerRules(autoscaler, report);
        return autoscaler;
      },
    },
  ],
]);
