import { type IpFamily, familyOf } from '../../text/ip.ts';
import { type JsonPath } from '../../text/json-path.ts';
import { addressMistakes } from './addresses.ts';
import { addressOutOfRange, duplicate, forbidden, invalid, notSupported } from './messages.ts';
import { type ClusterRanges, clusterFamilies, formatServiceCidrs, isServiceAddress } from './ranges.ts';
import { type Report } from './report.ts';
import { type ServiceDraft, isHeadless } from './service-defaults.ts';

const FAMILIES: readonly string[] = ['IPv4', 'IPv6'];
const FAMILY_POLICIES: readonly string[] = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

const CLUSTER_IPS: JsonPath = ['spec', 'clusterIPs'];

type Spec = ServiceDraft['spec'];

/**
 * Checks clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy. (ValidateServiceClusterIPsRelatedFields,
 * pkg/apis/core/validation, and initIPFamilyFields, registry/core/service/storage/alloc.go, 1.36)
 */
export function checkServiceAddresses(spec: Spec, ranges: ClusterRanges | undefined, report: Report): void {
  if (spec.type === 'ExternalName') {
    checkAbsent(spec, report);
    return;
  }
  if (isUsual(spec, ranges)) return;
  const errorsBefore = report.errorCount;
  checkSingularMatchesPlural(spec, report);
  checkFamilies(spec, report);
  if (isHeadless(spec) && (spec.type === 'LoadBalancer' || spec.type === 'NodePort')) {
    const why = `may not be set to 'None' for ${spec.type} services`;
    report.error([...CLUSTER_IPS, 0], invalid('None', why), pathOf(spec, 0));
  }
  if (checkClusterIPs(spec, report)) checkClusterIPFamilies(spec, report);
  // A field that is wrong on its own is not compared with the others.
  if (report.errorCount > errorsBefore) return;
  checkPolicy(spec, ranges, report);
  checkRange(spec, ranges, report);
}

/** Tells whether the fields are right, for a Service as most are: one family of the cluster, and one address. */
function isUsual(
  { clusterIP, clusterIPs, ipFamilies, ipFamilyPolicy = 'SingleStack' }: Spec,
  ranges: ClusterRanges | undefined,
): boolean {
  if (clusterIP === undefined || clusterIPs.length !== 1 || clusterIPs[0] !== clusterIP) return false;
  if (ipFamilies.length > 1 || ipFamilyPolicy !== 'SingleStack') return false;
  const family = familyOf(clusterIP);
  if (family === undefined || (ipFamilies.length === 1 && ipFamilies[0] !== family)) return false;
  if (addressMistakes(clusterIP).length > 0 || !clusterFamilies(ranges).includes(family)) return false;
  return ranges === undefined || isServiceAddress(ranges, clusterIP);
}

function checkAbsent(spec: Spec, report: Report): void {
  const message = forbidden('may not be set for ExternalName services');
  if (spec.clusterIPs.length > 0) report.error(CLUSTER_IPS, message, pathOf(spec));
  if (spec.ipFamilies.length > 0) report.error(['spec', 'ipFamilies'], message);
  if (spec.ipFamilyPolicy !== undefined) report.error(['spec', 'ipFamilyPolicy'], message);
}

/** Returns the path of a cluster IP. The API server names clusterIPs even when only clusterIP was given. */
function pathOf(spec: Spec, index?: number): JsonPath {
  const isSingular = spec.clusterIPs.length === 1 && spec.clusterIPs[0] === spec.clusterIP;
  if (isSingular) return ['spec', 'clusterIP'];
  return index === undefined ? CLUSTER_IPS : [...CLUSTER_IPS, index];
}

function checkSingularMatchesPlural(spec: Spec, report: Report): void {
  if (spec.clusterIPs.length === 0 || spec.clusterIPs[0] === spec.clusterIP) return;
  const why =
    spec.clusterIP === undefined
      ? 'must be empty when `clusterIP` is not specified'
      : 'first value must match `clusterIP`';
  report.error(CLUSTER_IPS, invalid(spec.clusterIPs, why));
}

function checkFamilies(spec: Spec, report: Report): void {
  const seen = new Set<string>();
  for (const [index, family] of spec.ipFamilies.entries()) {
    const path = ['spec', 'ipFamilies', index];
    if (!FAMILIES.includes(family)) report.error(path, notSupported(family, FAMILIES));
    if (seen.has(family)) report.error(path, duplicate(family));
    seen.add(family);
  }
  const policy = spec.ipFamilyPolicy;
  if (policy !== undefined && !FAMILY_POLICIES.includes(policy)) {
    report.error(['spec', 'ipFamilyPolicy'], notSupported(policy, FAMILY_POLICIES));
  }
}

/** Checks the cluster IPs. Returns false when one is no address, because more checks make no sense then. */
function checkClusterIPs(spec: Spec, report: Report): boolean {
  let valid = true;
  for (const [index, address] of spec.clusterIPs.entries()) {
    if (index === 0 && address === 'None') {
      if (spec.clusterIPs.length === 1) continue;
      report.error(CLUSTER_IPS, invalid(spec.clusterIPs, "'None' must be the first and only value"));
      valid = false;
      continue;
    }
    for (const why of addressMistakes(address)) {
      report.error([...CLUSTER_IPS, index], invalid(address, why), pathOf(spec, index));
      valid = false;
    }
  }
  if (spec.clusterIPs.length > 2) {
    report.error(CLUSTER_IPS, invalid(spec.clusterIPs, 'may only hold up to 2 values'));
  }
  return valid;
}

function checkClusterIPFamilies(spec: Spec, report: Report): void {
  const families = spec.clusterIPs.map(familyOf);
  if (families.length > 1 && new Set(families).size < 2) {
    const why = 'may specify no more than one IP for each IP family';
    report.error(CLUSTER_IPS, invalid(spec.clusterIPs, why));
  }
  if (isHeadless(spec)) return;
  for (const [index, wanted] of spec.ipFamilies.entries()) {
    const address = spec.clusterIPs[index];
    if (address === undefined || !FAMILIES.includes(wanted) || families[index] === wanted) continue;
    const why = `expected an ${wanted} value as indicated by \`ipFamilies[${index}]\``;
    report.error([...CLUSTER_IPS, index], invalid(address, why), pathOf(spec, index));
  }
}

function checkPolicy(spec: Spec, ranges: ClusterRanges | undefined, report: Report): void {
  const policy =
    spec.ipFamilyPolicy ?? (isHeadlessWithoutSelector(spec) ? 'RequireDualStack' : 'SingleStack');
  const path = ['spec', 'ipFamilyPolicy'];
  if (policy === 'SingleStack') {
    const why = (what: string): string =>
      `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;
    if (spec.clusterIPs.length === 2) report.error(path, invalid(policy, why('cluster IPs')));
    if (spec.ipFamilies.length === 2) report.error(path, invalid(policy, why('IP families')));
  }
  if (isHeadlessWithoutSelector(spec)) return;
  const available = clusterFamilies(ranges);
  if (policy === 'RequireDualStack' && available.length < 2) {
    report.error(path, invalid(policy, 'this cluster is not configured for dual-stack services'));
  }
  for (const [index, family] of spec.ipFamilies.entries()) {
    if (available.includes(family as IpFamily) || !FAMILIES.includes(family)) continue;
    report.error(['spec', 'ipFamilies', index], invalid(family, 'not configured on this cluster'));
  }
}

const isHeadlessWithoutSelector = (spec: Spec): boolean =>
  isHeadless(spec) && Object.keys(spec.selector ?? {}).length === 0;

function checkRange(spec: Spec, ranges: ClusterRanges | undefined, report: Report): void {
  if (ranges === undefined || isHeadless(spec)) return;
  for (const [index, address] of spec.clusterIPs.entries()) {
    if (isServiceAddress(ranges, address)) continue;
    const why = `failed to allocate IP ${address}: ${addressOutOfRange(address, formatServiceCidrs(ranges))}`;
    const message = invalid(spec.clusterIPs, why);
    if (ranges.explicit) report.error(CLUSTER_IPS, message, pathOf(spec, index));
    else report.detail('value-out-of-range', CLUSTER_IPS, message, pathOf(spec, index));
  }
}
