import { resolveSettings, type SettingsInput } from '../../src/config/resolve-settings.ts';
import { type Resource } from '../../src/manifest/resource.ts';
import { type Node } from '../../src/manifest/types.ts';
import { type ProxySettings } from '../../src/proxy/settings.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';

export const HEADER = 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n';

export interface NodeFacts {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly podCIDRs?: readonly string[];
  readonly internal?: readonly string[];
  readonly external?: readonly string[];
}

/** A Node as the manifest phase leaves it. */
export function node(facts: NodeFacts = {}): Resource<Node> {
  const addresses = [
    ...(facts.external ?? []).map((address) => ({ type: 'ExternalIP', address })),
    ...(facts.internal ?? []).map((address) => ({ type: 'InternalIP', address })),
  ];
  const metadata = {
    name: facts.name ?? 'node-1',
    namespace: '',
    labels: facts.labels ?? {},
    annotations: {},
  };
  return {
    object: { kind: 'Node', metadata, spec: { podCIDRs: facts.podCIDRs ?? [] }, status: { addresses } },
    locate: () => ({ file: 'nodes.yaml', line: 1, column: 1 }),
  };
}

export interface Given extends Partial<Omit<SettingsInput, 'config'>> {
  /** Lines after apiVersion and kind; absent: no file. */
  readonly config?: string;
}

export interface Resolved {
  readonly settings: ProxySettings | undefined;
  readonly messages: readonly string[];
}

/** Resolves for kube-proxy 1.36 and IPv4 unless told otherwise. */
export function resolve(given: Given = {}): Resolved {
  const { config, ...rest } = given;
  const source = config === undefined ? undefined : { name: 'F', text: HEADER + config };
  const outcome = resolveSettings({
    flags: {},
    version: '1.36',
    ipFamily: 'IPv4',
    nodes: [],
    ...rest,
    config: source,
  });
  return { settings: outcome.value, messages: outcome.problems.map(formatDiagnostic) };
}

/** The settings of input that must be accepted without a word. */
export function accepted(given: Given = {}): ProxySettings {
  const { settings, messages } = resolve(given);
  if (settings === undefined || messages.length > 0) throw new Error(messages.join('\n'));
  return settings;
}
