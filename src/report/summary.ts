import { type Comparison, serviceOf } from '../modes/comparison.ts';

/** The versions for the report: all that fit, the likely ones, and the reasons. */
export interface VersionWords {
  readonly fitting: string;
  readonly likely: string;
  readonly reasons: readonly string[];
}

/** `1.27-1.36 (most likely 1.27-1.30: no nfacct counters)` */
function describeVersions({ fitting, likely, reasons }: VersionWords): string {
  if (likely === fitting || likely === '') return fitting;
  return `${fitting} (most likely ${likely}${reasons.length === 0 ? '' : `: ${reasons.join(', ')}`})`;
}

/** What the summary says about both sides besides their rules. */
export interface Circumstances {
  /** All versions that fit, the likely ones and why these; empty when nothing tells. */
  readonly versions: VersionWords;
  /** Settings taken from the dump that are not kube-proxy's defaults, in words. */
  readonly unusual: readonly string[];
  /** `iptables 1.8.9 (nf_tables)`; empty when the dump does not say. */
  readonly tool: string;
}

/** `3 Services differ, 212 equal; kube-proxy 1.27-1.28, iptables 1.8.9 (nf_tables)` */
export function summarize(
  { differences, servicePorts }: Comparison,
  { versions, tool }: Omit<Circumstances, 'unusual'>,
): string {
  const differing = new Set(
    differences.flatMap(({ service }) => (service === undefined ? [] : [serviceOf(service)])),
  );
  const equal = new Set(servicePorts.map(serviceOf).filter((service) => !differing.has(service))).size;
  const isNodeWrong = differences.some(({ service }) => service === undefined);
  const counts = [
    ...(isNodeWrong ? ["the node's own rules differ"] : []),
    ...(differing.size > 0
      ? [`${plural(differing.size)} ${differing.size === 1 ? 'differs' : 'differ'}`]
      : []),
    `${differing.size > 0 ? equal : plural(equal)} equal`,
  ];
  const about = [
    ...(versions.fitting === '' ? [] : [`kube-proxy ${describeVersions(versions)}`]),
    ...(tool === '' ? [] : [tool]),
  ];
  return about.length === 0 ? counts.join(', ') : `${counts.join(', ')}; ${about.join(', ')}`;
}

const plural = (count: number): string => `${count} ${count === 1 ? 'Service' : 'Services'}`;
