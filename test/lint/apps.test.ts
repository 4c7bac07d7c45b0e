/** Applications as they stand in git: every finding, and why it is no false alarm. A new one has to be explained here. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';

interface Told {
  readonly code: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

const APPS = 'fixtures/apps';

/** By application: `code: Kind namespace/name: path`, and why it is told. */
const EXPLAINED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  argo: {
    'stateful-set-service-missing: StatefulSet argo/argo-application-controller: spec.serviceName':
      'the project names a Service that it never made',
  },
  'authoritative-dns': {
    'deprecated-field: Service dns/ns: spec.externalIPs': 'the API server warns of external IPs, too',
  },
  'blue-green': {
    'service-selects-nothing: Service release/web-preview: spec.selector':
      'a slip of the pen, made for the test',
  },
  kafka: {
    'named-target-port-missing: Service streaming/events-kafka-bootstrap: spec.ports[1].targetPort':
      'the pods have no port tcp-repl, and the API server makes no endpoints for it',
  },
  'live-zones': {
    'deprecated-field: Service edge/geo: spec.trafficDistribution':
      'the API server warns of the old name, too',
  },
  'load-balancers': {
    'ignored-field: Service lb/pool-ranges: metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]':
      'made to show that kube-proxy looks at the field and not at the annotation',
  },
  'node-agents': {
    'external-policy-local-without-local-endpoint: Service telemetry/syslog: spec.externalTrafficPolicy':
      'the third Node cannot have a pod, and drops what comes to its node port',
  },
  tracing: {
    'named-target-port-missing: Service observability/tracer-agent: spec.ports[2].targetPort':
      'only an init container that ends has the port',
  },
};

/** What the application's command line reads. */
function inputOf(app: string): readonly string[] {
  const words = readFileSync(join(APPS, app, 'command.txt'), 'utf8')
    .trim()
    .split(' ');
  const redirected = words.indexOf('<');
  if (redirected !== -1) return ['-f', words[redirected + 1] ?? ''];
  return ['-f', words[words.indexOf('-f') + 1] ?? '', ...(words.includes('-R') ? ['-R'] : [])];
}

describe('lint of an application', () => {
  it.each(readdirSync(APPS))('%s', async (app) => {
    const { stdout, stderr } = await run(['lint', ...inputOf(app), '-o', 'json']);
    expect(stderr).toBe('');
    const told = (JSON.parse(stdout) as readonly Told[]).map(
      ({ code, kind, namespace, name, path }) => `${code}: ${kind} ${namespace}/${name}: ${path}`,
    );
    expect(told).toEqual(Object.keys(EXPLAINED[app] ?? {}));
  });
});
