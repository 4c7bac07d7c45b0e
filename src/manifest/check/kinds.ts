import {
  type ApiObject,
  type EndpointSlice,
  type Endpoints,
  type ObjectMeta,
  type Pod,
  type Workload,
} from '../types.ts';
import { readEndpointSlice } from './endpoint-slice-defaults.ts';
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
import { serviceCidrSchema } from './schemas/service-cidr.ts';
import { serviceSchema } from './schemas/service.ts';
import { autoscalerSchema, podSchema, workloadSchemas } from './schemas/workload.ts';
import { checkServiceCidrRules, readServiceCidr } from './service-cidr.ts';
import { readService, settleService } from './service-defaults.ts';
import { checkServiceRules } from './service-rules.ts';
import { checkAutoscalerRules, checkWorkloadRules, readAutoscaler, readWorkload } from './workload.ts';

/** How one kind is checked and brought into the shape of `types.ts`. */
export interface Kind {
  readonly name: string;
  readonly naming: Naming;
  /** The schema of each apiVersion that is read. */
  readonly schemas: ReadonlyMap<string, Schema>;
  /** Fills in defaults and checks the rules. What it returns may be used only if the report has no errors. */
  readonly read: (
    raw: Fields,
    metadata: ObjectMeta,
    report: Report,
    ranges: ClusterRanges | undefined,
  ) => ApiObject;
}

const byLabel: Naming = { namespaced: true, mistakes: dnsLabelMistakes };
const bySubdomain: Naming = { namespaced: true, mistakes: dnsSubdomainMistakes };
const clusterWide: Naming = { namespaced: false, mistakes: dnsSubdomainMistakes };

const service: Kind = {
  name: 'Service',
  naming: byLabel,
  schemas: new Map([['v1', serviceSchema]]),
  read: (raw, metadata, report, ranges) => {
    const draft = readService(raw, metadata);
    checkServiceRules(draft, ranges, report);
    return settleService(draft, clusterFamilies(ranges));
  },
};

const endpointSlice: Kind = {
  name: 'EndpointSlice',
  naming: bySubdomain,
  schemas: new Map([
    ['discovery.k8s.io/v1', endpointSliceSchema],
    ['discovery.k8s.io/v1beta1', betaEndpointSliceSchema],
  ]),
  read: (raw, metadata, report) => {
    const draft = readEndpointSlice(raw, metadata);
    checkEndpointSliceRules(draft, raw, report);
    return draft as EndpointSlice;
  },
};

const endpoints: Kind = {
  name: 'Endpoints',
  naming: bySubdomain,
  schemas: new Map([['v1', endpointsSchema]]),
  read: (raw, metadata, report) => {
    const draft = readEndpoints(raw, metadata);
    checkEndpointsRules(draft, report);
    return draft as Endpoints;
  },
};

const node: Kind = {
  name: 'Node',
  naming: clusterWide,
  schemas: new Map([['v1', nodeSchema]]),
  read: (raw, metadata, report) => {
    const draft = readNode(raw, metadata);
    checkNodeRules(draft, raw, report);
    return draft;
  },
};

const serviceCidr: Kind = {
  name: 'ServiceCIDR',
  naming: clusterWide,
  schemas: new Map([
    ['networking.k8s.io/v1', serviceCidrSchema],
    ['networking.k8s.io/v1beta1', serviceCidrSchema],
  ]),
  read: (raw, metadata, report) => {
    const draft = readServiceCidr(raw, metadata);
    checkServiceCidrRules(draft, report);
    return draft;
  },
};

const pod: Kind = {
  name: 'Pod',
  naming: bySubdomain,
  schemas: new Map([['v1', podSchema]]),
  read: (raw, metadata, report) => {
    const draft = readPod(raw, metadata);
    checkPodRules(draft, raw, report);
    return draft as Pod;
  },
};

const workload = (name: Workload['kind']): Kind => ({
  name,
  naming: bySubdomain,
  schemas: new Map([[name === 'ReplicationController' ? 'v1' : 'apps/v1', workloadSchemas[name]]]),
  read: (raw, metadata, report) => {
    const draft = readWorkload(name, raw, metadata);
    checkWorkloadRules(draft, report);
    return draft as Workload;
  },
});

const autoscaler: Kind = {
  name: 'HorizontalPodAutoscaler',
  naming: bySubdomain,
  schemas: new Map([
    ['autoscaling/v1', autoscalerSchema],
    ['autoscaling/v2', autoscalerSchema],
  ]),
  read: (raw, metadata, report) => {
    const draft = readAutoscaler(raw, metadata);
    checkAutoscalerRules(draft, report);
    return draft;
  },
};

/** Every kind that is read, by its name in lower case. */
export const KINDS: ReadonlyMap<string, Kind> = new Map(
  [
    service,
    endpointSlice,
    endpoints,
    node,
    serviceCidr,
    pod,
    workload('Deployment'),
    workload('StatefulSet'),
    workload('DaemonSet'),
    workload('ReplicaSet'),
    workload('ReplicationController'),
    autoscaler,
  ].map((kind) => [kind.name.toLowerCase(), kind]),
);
