import { formatSubject } from '../../diagnostics/format.ts';
import { canonicalIp, familyOf } from '../../text/ip.ts';
import { subjectOf } from '../../cluster/objects.ts';
import { type Finding, finding } from '../finding.ts';
import { type LintedService, type LintInput } from '../input.ts';
import { externalAddresses } from './conflicts.ts';

/** The most shared endpoints that the rule looks at. It keeps the time bounded for hostile input. */
const MOST_SHARED = 1_000_000;

/**
 * Finds Services with ClientIP affinity and different timeouts that share endpoints or an address. How long a
 * client stays with its pod then depends on the Service that it used. The finding is at the later Service, by
 * name.
 */
export function severalAffinityTimeouts({ services }: LintInput): readonly Finding[] {
  const firsts = new Map<string, LintedService>();
  let looks = 0;
  return services.flatMap((linted) => {
    if (timeoutOf(linted) === undefined) return [];
    for (const { key, what } of sharedThings(linted)) {
      looks += 1;
      if (looks > MOST_SHARED) return [];
      const first = firsts.get(key);
      if (first === undefined) firsts.set(key, linted);
      else if (timeoutOf(first) !== timeoutOf(linted)) return [different(linted, first, what)];
    }
    return [];
  });
}

const timeoutOf = ({ service: { spec } }: LintedService): number | undefined =>
  spec.sessionAffinity === 'ClientIP' && spec.clusterIP !== 'None'
    ? spec.sessionAffinityConfig?.clientIP.timeoutSeconds
    : undefined;

function different(linted: LintedService, first: LintedService, what: string): Finding {
  const [own = 0, other = 0] = [timeoutOf(linted), timeoutOf(first)];
  const message = `remembers a client for ${own} s, ${formatSubject(first)} for ${other} s, and both ${what}`;
  const path = ['spec', 'sessionAffinityConfig', 'clientIP', 'timeoutSeconds'];
  return finding('several-affinity-timeouts', linted, path, message);
}

interface SharedThing {
  readonly key: string;
  /** What two Services with it have in common. */
  readonly what: string;
}

function* sharedThings({ service, source }: LintedService): Generator<SharedThing> {
  for (const { address } of externalAddresses(service)) {
    yield { key: `at ${address}`, what: `are reached at ${address}` };
  }
  const leadTo = (backend: string): SharedThing => ({ key: backend, what: `lead to ${backend}` });
  switch (source.origin) {
    case 'EndpointSlices':
    case 'Endpoints':
      for (const { endpoints } of source.slices) {
        for (const { addresses } of endpoints) {
          const [address = ''] = addresses;
          if (familyOf(address) !== undefined) yield leadTo(`endpoint ${canonicalIp(address)}`);
        }
      }
      return;
    case 'Pods':
      for (const pod of source.pods) yield leadTo(subjectOf(pod));
      return;
    case 'workloads':
      for (const { identity } of source.makers) yield leadTo(identity);
      return;
    case 'nowhere':
  }
}
