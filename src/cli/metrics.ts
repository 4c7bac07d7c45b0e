/** What a watch found, for Prometheus: the textfile collector of its node exporter reads the file. */
import { DIFFERENCE_KINDS, type Comparison, serviceOf } from '../modes/comparison.ts';

/** One round of a watch. */
export interface Round {
  /** Absent when the round failed. */
  readonly found?:
    | {
        readonly comparison: Comparison;
        readonly version: string | undefined;
        readonly family: string;
        readonly mode: string;
      }
    | undefined;
  readonly seconds: number;
  /** When a round last went well, in seconds since 1970; undefined when none did. */
  readonly lastSuccess: number | undefined;
}

/** The metrics in the text format of Prometheus. Its client library is loaded only here. */
export async function formatMetrics({ found, seconds, lastSuccess }: Round): Promise<string> {
  const { Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name: `svc2ipt_${name}`, help, labelNames: [...labelNames], registers: [registry] });
  gauge('last_run_success', 'Whether the last comparison could be made.').set(found === undefined ? 0 : 1);
  gauge('last_run_duration_seconds', 'How long the last comparison took.').set(seconds);
  if (lastSuccess !== undefined)
    gauge('last_success_timestamp_seconds', 'When a comparison could last be made.').set(lastSuccess);
  if (found === undefined) return registry.metrics();
  const { differences } = found.comparison;
  const kinds = gauge('differences', 'Differences between the node and what the cluster says.', ['kind']);
  for (const kind of DIFFERENCE_KINDS) {
    kinds.set({ kind }, differences.filter((one) => one.kind === kind).length);
  }
  const services = new Set(
    differences.flatMap(({ service }) => (service === undefined ? [] : [serviceOf(service)])),
  );
  gauge('services_differing', 'Services that differ.').set(services.size);
  gauge('services', 'Services that the node should serve.').set(
    new Set(found.comparison.servicePorts.map(serviceOf)).size,
  );
  gauge('dialect_info', 'The kube-proxy that the node was compared with.', [
    'version',
    'mode',
    'ip_family',
  ]).set({ version: found.version ?? '', mode: found.mode, ip_family: found.family.toLowerCase() }, 1);
  return registry.metrics();
}
