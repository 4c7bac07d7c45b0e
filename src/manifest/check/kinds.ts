import { type ApiObject, type Endpoint, type ObjectMeta } from '../types.ts';
import { readEndpointSlice } from './endpoint-slice-defaults.ts';
import { checkAllButEndpoints, checkEndpointSliceRules } from './endpoint-slice-rules.ts';
import { checkEndpointsRules, readEndpoints } from './endpoints.ts';
import { type Fields } from './json.ts';
import { type AnyObject, type Naming } from './metadata.ts';
import { dnsLabelMistakes, dnsSubdomainMistakes } from './names.ts';
import { checkNodeRules, readNode } from './node.ts';
import { checkPodRules, readPod } from './pod.ts';
import { type ClusterRanges, clusterFamilies } from './ranges.ts';
import { type Report } from './report.ts';
import { type ObjectOf, type Schema } from '../../schema/pieces.ts';
import {
  betaEndpointSliceSchema,
  endpointSliceFrameSchema,
  endpointSliceSchema,
  endpointsSchema,
} from './schemas/endpoints.ts';
import { nodeSchema } from './schemas/node.ts';
import { serviceCidrSchema } from './schemas/service-cidr.ts';
import { serviceSchema } from './schemas/service.ts';
import {
  autoscalerSchema,
  daemonSetSchema,
  podSchema,
  replicationControllerSchema,
  workloadSchemas,
} from './schemas/workload.ts';
import { checkServiceCidrRules, readServiceCidr } from './service-cidr.ts';
import { readService, settleService } from './service-defaults.ts';
import { checkServiceRules } from './service-rules.ts';
import { type Unchecked } from './unchecked.ts';
import { readUsualEndpoints } from './usual-endpoints.ts';
import {
  checkAutoscalerRules,
  checkWorkloadRules,
  readAutoscaler,
  readReplicationController,
  readWorkload,
} from './workload.ts';

/** How one kind is checked and brought into the shape of `types.ts`. */
export interface Kind {
  readonly name: string;
  readonly naming: Naming;
  /** The schema of each apiVersion that is read. */
  readonly schemas: ReadonlyMap<string, Schema>;
  /**
   * Fills in defaults and checks the rules. `raw` has passed the schema. What it returns may be used only if
   * the report has no errors.
   */
  readonly read: (
    raw: AnyObject,
    metadata: ObjectMeta,
    report: Report,
    ranges: ClusterRanges | undefined,
  ) => ApiObject;
  /**
   * Reads and checks at once what most of an object is made of. Returns how to check and read the rest; undefined when
   * `schema` and `read` must look at all of it.
   */
  readonly readBulk?: (raw: Fields, schema: Schema) => Rest | undefined;
}

/** How the rest of an object is checked and read once its bulk is. */
export interface Rest {
  readonly schema: Schema;
  readonly read: Kind['read'];
}

interface KindOf<S extends Schema> extends Omit<Kind, 'schemas' | 'read'> {
  readonly schemas: readonly (readonly [apiVersion: string, schema: S])[];
  /** The result may hold words that types.ts does not allow. The report then has errors. */
  readonly read: (
    raw: ObjectOf<S>,
    metadata: ObjectMeta,
    report: Report,
    ranges: ClusterRanges | undefined,
  ) => Unchecked<ApiObject>;
}

/** The only place with casts: it relies on the schema for types, and on an empty report for allowed words. */
const kind = <S extends Schema>({ schemas, read, ...rest }: KindOf<S>): Kind => ({
  ...rest,
  schemas: new Map(schemas),
  read: (raw, metadata, report, ranges) => read(raw as ObjectOf<S>, metadata, report, ranges) as ApiObject,
});

const byLabel: Naming = { namespaced: true, mistakes: dnsLabelMistakes };
const bySubdomain: Naming = { namespaced: true, mistakes: dnsSubdomainMistakes };
const clusterWide: Naming = { namespaced: false, mistakes: dnsSubdomainMistakes };

const service = kind({
  name: 'Service',
  naming: byLabel,
  schemas: [['v1', serviceSchema]],
  read: (raw, metadata, report, ranges) => {
    const draft = readService(raw, metadata);
    checkServiceRules(draft, ranges, report);
    return settleService(draft, clusterFamilies(ranges));
  },
});

const endpointSlice = kind<typeof endpointSliceSchema | typeof betaEndpointSliceSchema>({
  name: 'EndpointSlice',
  naming: bySubdomain,
  schemas: [
    ['discovery.k8s.io/v1', endpointSliceSchema],
    ['discovery.k8s.io/v1beta1', betaEndpointSliceSchema],
  ],
  read: (raw, metadata, report) => {
    const draft = readEndpointSlice(raw, metadata);
    checkEndpointSliceRules(draft, raw, report);
    return draft;
  },
  readBulk: (raw, schema) => {
    const endpoints = schema === endpointSliceSchema ? readUsualEndpoints(raw) : undefined;
    return endpoints && { schema: endpointSliceFrameSchema, read: withEndpoints(endpoints) };
  },
});

/** Reads all of an EndpointSlice but its endpoints. */
const withEndpoints =
  (endpoints: readonly Endpoint[]): Kind['read'] =>
  (raw, metadata, report) => {
    const draft = readEndpointSlice(raw, metadata, endpoints);
    checkAllButEndpoints(draft, report);
    return draft as ApiObject;
  };

const endpoints = kind({
  name: 'Endpoints',
  naming: bySubdomain,
  schemas: [['v1', endpointsSchema]],
  read: (raw, metadata, report) => {
    const draft = readEndpoints(raw, metadata);
    checkEndpointsRules(draft, report);
    return draft;
  },
});

const node = kind({
  name: 'Node',
  naming: clusterWide,
  schemas: [['v1', nodeSchema]],
  read: (raw, metadata, report) => {
    const draft = readNode(raw, metadata);
    checkNodeRules(draft, raw, report);
    return draft;
  },
});

const serviceCidr = kind({
  name: 'ServiceCIDR',
  naming: clusterWide,
  schemas: [
    ['networking.k8s.io/v1', serviceCidrSchema],
    ['networking.k8s.io/v1beta1', serviceCidrSchema],
  ],
  read: (raw, metadata, report) => {
    const draft = readServiceCidr(raw, metadata);
    checkServiceCidrRules(draft, report);
    return draft;
  },
});

const pod = kind({
  name: 'Pod',
  naming: bySubdomain,
  schemas: [['v1', podSchema]],
  read: (raw, metadata, report) => {
    const draft = readPod(raw, metadata);
    checkPodRules(draft, raw, report);
    return draft;
  },
});

type WorkloadSchema = (typeof workloadSchemas)['Deployment'];

const workloadReader =
  (name: keyof typeof workloadSchemas | 'DaemonSet') =>
  (raw: ObjectOf<WorkloadSchema>, metadata: ObjectMeta, report: Report): Unchecked<ApiObject> => {
    const draft = readWorkload(name, raw, metadata);
    checkWorkloadRules(draft, report);
    return draft;
  };

const workload = (name: keyof typeof workloadSchemas): Kind =>
  kind<WorkloadSchema>({
    name,
    naming: bySubdomain,
    schemas: [['apps/v1', workloadSchemas[name]]],
    read: workloadReader(name),
  });

const daemonSet = kind({
  name: 'DaemonSet',
  naming: bySubdomain,
  schemas: [['apps/v1', daemonSetSchema]],
  read: workloadReader('DaemonSet'),
});

const replicationController = kind({
  name: 'ReplicationController',
  naming: bySubdomain,
  schemas: [['v1', replicationControllerSchema]],
  read: (raw, metadata, report) => {
    const draft = readReplicationController(raw, metadata);
    checkWorkloadRules(draft, report);
    return draft;
  },
});

const autoscaler = kind({
  name: 'HorizontalPodAutoscaler',
  naming: bySubdomain,
  schemas: [
    ['autoscaling/v1', autoscalerSchema],
    ['autoscaling/v2', autoscalerSchema],
  ],
  read: (raw, metadata, report) => {
    const draft = readAutoscaler(raw, metadata);
    checkAutoscalerRules(draft, report);
    return draft;
  },
});

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
    daemonSet,
    workload('ReplicaSet'),
    replicationController,
    autoscaler,
  ].map((each) => [each.name.toLowerCase(), each]),
);
