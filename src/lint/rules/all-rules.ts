import { type Rule } from '../input.ts';
import { severalAffinityTimeouts } from './affinity.ts';
import { backendMissing } from './backends.ts';
import { clusterIpConflict, externalIpConflict, nodePortConflict } from './conflicts.ts';
import { endpointIsClusterIp, endpointPortMissing, endpointsWithoutService } from './endpoints.ts';
import { environmentMisses } from './environment.ts';
import {
  affinityTimeoutIgnored,
  deprecatedField,
  externalNameIsAddress,
  ignoredField,
  topologyModeUnknown,
} from './ignored-fields.ts';
import { clusterIpPortRejected, serviceNameTooLong } from './cluster-ips-after-switch.ts';
import { nodePortLocalhostUsed } from './localhost-after-switch.ts';
import {
  healthCheckNodePortClosed,
  nodePortLocalhostEnds,
  nodePortPrimaryOnly,
} from './node-ports-after-switch.ts';
import { externalPolicyLocal, internalPolicyLocal } from './local-traffic.ts';
import { probePortMissing } from './probes.ts';
import { removedApi } from './removed-api.ts';
import { namedTargetPortMissing, serviceSelectsNothing } from './selectors.ts';
import { sourceRangesWithoutLoadBalancerIp } from './source-ranges.ts';
import { hpaTargetMissing, statefulSetServiceMissing } from './targets.ts';
import { webhookMissing } from './webhooks.ts';

/** Every rule; findings are sorted afterwards, so that the order does not matter. */
export const ALL_RULES: readonly Rule[] = [
  removedApi,
  serviceSelectsNothing,
  namedTargetPortMissing,
  endpointPortMissing,
  endpointsWithoutService,
  endpointIsClusterIp,
  clusterIpConflict,
  nodePortConflict,
  externalIpConflict,
  externalPolicyLocal,
  internalPolicyLocal,
  severalAffinityTimeouts,
  sourceRangesWithoutLoadBalancerIp,
  backendMissing,
  webhookMissing,
  hpaTargetMissing,
  statefulSetServiceMissing,
  environmentMisses,
  probePortMissing,
  externalNameIsAddress,
  topologyModeUnknown,
  ignoredField,
  affinityTimeoutIgnored,
  deprecatedField,
  nodePortLocalhostEnds,
  nodePortLocalhostUsed,
  nodePortPrimaryOnly,
  healthCheckNodePortClosed,
  clusterIpPortRejected,
  serviceNameTooLong,
];
