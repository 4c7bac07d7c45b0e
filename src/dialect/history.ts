/**
 * THE table of what changed in kube-proxy's rules and from which release on. Nothing else in svc2ipt knows
 * a version number: the generator asks for features by name. Rows stand oldest first.
 *
 * Sources: `pkg/proxy/...` at the release named, or a pull request (kubernetes#N). Rows of captured releases are held
 * by captures of real runs, the others by texts written from source (`fixtures/history-cases`); a test moves every row
 * by one release and sees a case fail.
 */
import { ENDPOINT_HISTORY } from './history/endpoint-history.ts';
import { FILTER_HISTORY } from './history/filter-history.ts';
import { IPVS_HISTORY } from './history/ipvs-history.ts';
import { NFTABLES_HISTORY } from './history/nftables-history.ts';
import { NODE_HISTORY } from './history/node-history.ts';
import { SERVICE_CHAIN_HISTORY } from './history/service-chain-history.ts';
import { SERVICE_HISTORY } from './history/service-history.ts';
import { USERSPACE_HISTORY } from './history/userspace-history.ts';

export const HISTORY = {
  ...SERVICE_HISTORY,
  ...ENDPOINT_HISTORY,
  ...SERVICE_CHAIN_HISTORY,
  ...NODE_HISTORY,
  ...FILTER_HISTORY,
  ...NFTABLES_HISTORY,
  ...IPVS_HISTORY,
  ...USERSPACE_HISTORY,
} as const;

export type Feature = keyof typeof HISTORY;

/** A proxy mode that has features of its own. */
export type FeatureMode = 'nftables' | 'ipvs' | 'userspace';

/**
 * The proxy mode that alone has the feature; undefined for what is not of one mode, or older than the other modes here.
 */
export function modeOfFeature(feature: Feature): FeatureMode | undefined {
  if (Object.hasOwn(NFTABLES_HISTORY, feature)) return 'nftables';
  if (Object.hasOwn(IPVS_HISTORY, feature)) return 'ipvs';
  return Object.hasOwn(USERSPACE_HISTORY, feature) ? 'userspace' : undefined;
}

/**
 * Whether a feature is of the proxy mode: its own, or one of Services and endpoints, which all modes read alike. Mode
 * userspace writes no endpoints.
 */
export function concernsMode(feature: Feature, mode: string): boolean {
  const ofEndpoints = Object.hasOwn(ENDPOINT_HISTORY, feature) && mode !== 'userspace';
  const isShared = Object.hasOwn(SERVICE_HISTORY, feature) || ofEndpoints;
  return isShared || (modeOfFeature(feature) ?? 'iptables') === mode;
}
