/** Compiles a few lines of YAML and shows single chains of the result. */
import { DEFAULT_CLUSTER_OPTIONS } from '../../src/cluster/options.ts';
import { compile } from '../../src/compile.ts';
import { type KubeProxyFlags } from '../../src/config/kube-proxy-flags.ts';
import { type Version } from '../../src/dialect/version.ts';
import { printSave } from '../../src/netfilter/iptables/print.ts';
import { type TableName } from '../../src/netfilter/iptables/model.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { rulesOf } from './rules.ts';

export interface ChainsRequest {
  readonly manifests: string;
  readonly version: Version;
  readonly ipFamily?: IpFamily;
  /** Beside `--hostname-override node-1 --node-address 192.168.0.2`. */
  readonly flags?: KubeProxyFlags;
  /** A KubeProxyConfiguration without apiVersion and kind. */
  readonly config?: string;
}

/** A Service of YAML flow style and its Endpoints on node-1 and node-2. */
export function manifest(
  spec: string,
  endpoints: readonly (readonly [ip: string, node: string])[] = [],
  status = '{}',
): string {
  const addresses = endpoints.map(([ip, nodeName]) => `{ ip: "${ip}", nodeName: ${nodeName} }`).join(', ');
  return `\
apiVersion: v1
kind: Service
metadata: { name: web, namespace: default }
spec: ${spec}
status: { loadBalancer: ${status} }
---
apiVersion: v1
kind: Endpoints
metadata: { name: web, namespace: default }
subsets: ${addresses === '' ? '[]' : `[{ ports: [{ port: 8080 }], addresses: [${addresses}] }]`}
`;
}

const HEADER = 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n';

/** The save text; throws with the problems when something is wrong. */
export function save({ manifests, version, ipFamily = 'IPv4', flags, config }: ChainsRequest): string {
  const { value, problems } = compile({
    sources: [{ name: 'manifests', text: manifests }],
    ...(config !== undefined && { config: { name: 'config', text: HEADER + config } }),
    flags: { hostnameOverride: 'node-1', nodeAddresses: ['192.168.0.2'], ...flags },
    version,
    ipFamily,
    strict: false,
    cluster: DEFAULT_CLUSTER_OPTIONS,
  });
  if (value === undefined) throw new Error(problems.map(formatDiagnostic).join('\n'));
  return printSave(rulesOf(value));
}

/** The rules of one chain as save prints them; undefined when there is no such chain. */
export function chain(table: TableName, name: string, request: ChainsRequest): string | undefined {
  const text = save(request);
  const start = text.indexOf(`*${table}\n`);
  if (start === -1) return undefined;
  const lines = text.slice(start, text.indexOf('COMMIT\n', start)).split('\n');
  if (!lines.some((line) => line.startsWith(`:${name} `))) return undefined;
  return lines
    .filter((line) => line.startsWith(`-A ${name} `))
    .map((line) => `${line}\n`)
    .join('');
}
