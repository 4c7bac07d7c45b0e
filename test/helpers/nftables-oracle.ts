/** The cases in fixtures/oracle-nftables: what real kube-proxy wrote in mode nftables. See the README there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCluster } from '../../src/cluster/build.ts';
import { type ClusterModel } from '../../src/cluster/model.ts';
import { DEFAULT_CLUSTER_OPTIONS } from '../../src/cluster/options.ts';
import { loadManifests, type Manifests } from '../../src/pipeline/manifests.ts';
import { resolveSettings } from '../../src/config/resolve-settings.ts';
import { featuresFor } from '../../src/dialect/features.ts';
import { rankOf, type Version, VERSIONS } from '../../src/dialect/version.ts';
import { type Resource } from '../../src/manifest/resource.ts';
import { type Node } from '../../src/manifest/types.ts';
import { buildRuleset } from '../../src/modes/nftables/rules/build.ts';
import { type Ruleset } from '../../src/netfilter/nftables/model.ts';
import { resolveProxy } from '../../src/proxy/resolve.ts';
import { type ProxySettings } from '../../src/proxy/settings.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { hasErrors, type Outcome } from '../../src/diagnostics/diagnostic.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { type Source } from '../../src/text/source.ts';
import { type Listing, listings, NFT_ORACLE } from './nftables-listings.ts';

/** A listing of one release of kube-proxy. */
export interface NftCapture extends Listing {
  readonly version: Version;
  readonly ipFamily: IpFamily;
}

/** The networks of the ServiceCIDRs that the API server served: the manifests of these cases lack them. */
const SERVICE_CIDRS: ReadonlyMap<string, readonly string[]> = new Map([
  ['63-nft-service-cidr', ['10.96.0.0/12']],
  ['64-nft-service-cidr-two', ['10.96.0.0/16', '10.112.0.0/16']],
  ['65-nft-service-cidr-dual', ['10.96.0.0/16', 'fd00:10:96::/112']],
]);

/** Cases that nobody captured: see the README there. */
export const NFT_HISTORY_CASES = join(import.meta.dirname, '../../fixtures/nftables-history-cases');

const folderOf = (name: string): string =>
  [NFT_HISTORY_CASES, NFT_ORACLE].map((root) => join(root, name)).find((path) => existsSync(path)) ?? '';

/** Where the input of a case is: `NAME+INTERFACE` is case NAME, run on a node with the interface. */
function inputOf(name: string): string | undefined {
  const [base = ''] = name.split('+');
  return ['manifests.yaml', 'manifests.json']
    .map((file) => join(folderOf(base), file))
    .find((file) => existsSync(file));
}

/** Whether the manifests of a case are there. */
export const hasInput = (name: string): boolean => inputOf(name) !== undefined;

const sourceOf = (file: string): Source => ({ name: file, text: readFileSync(file, 'utf8') });

/** The manifests and the configuration of a case. */
export function nftSources(name: string): { readonly manifests: readonly Source[]; readonly config: Source } {
  const input = inputOf(name);
  if (input === undefined) throw new Error(`${name} has no manifests`);
  const networks = (SERVICE_CIDRS.get(name) ?? []).map((cidr, index): Source => ({
    name: `service-cidr-${index}`,
    text: JSON.stringify({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'ServiceCIDR',
      metadata: { name: `networks-${index}` },
      spec: { cidrs: [cidr] },
    }),
  }));
  return {
    manifests: [sourceOf(input), ...networks],
    config: sourceOf(join(folderOf(name), 'kube-proxy.yaml')),
  };
}

/** Every text capture with an input, once for each release of kube-proxy, as nft of the newest release listed it. */
export const nftCaptures = (): readonly NftCapture[] =>
  listings()
    .filter(({ form, nft, case: name }) => form === 'text' && nft === '1.1.3' && hasInput(name))
    .flatMap(forEachRelease);

/** The capture for each release that wrote it. */
export function forEachRelease(listing: Listing): readonly NftCapture[] {
  const [first = '', last = first] = listing.releases.split('-') as Version[];
  return VERSIONS.slice(rankOf(first as Version), rankOf(last as Version) + 1).map((version) => ({
    ...listing,
    version,
    ipFamily: listing.family === 'ip' ? 'IPv4' : 'IPv6',
  }));
}

const loadedCases = new Map<string, Outcome<Manifests>>();

/** Manifests are the same for all releases. */
function loadedOnce(name: string): Outcome<Manifests> {
  const loaded = loadedCases.get(name) ?? loadManifests(nftSources(name).manifests, { strict: false });
  loadedCases.set(name, loaded);
  return loaded;
}

/** What the rules of a case depend on. */
export interface NftCase {
  readonly settings: ProxySettings;
  readonly cluster: ClusterModel;
}

/** Reads a case up to the settings and the cluster; throws with the problems when it is refused. */
export function nftCase(name: string, version: Version, ipFamily: IpFamily, featureGates?: string): NftCase {
  const { config } = nftSources(name);
  const loaded = loadedOnce(name);
  const isNode = (resource: Resource): resource is Resource<Node> => resource.object.kind === 'Node';
  const settings = resolveSettings({
    version,
    ipFamily,
    config,
    flags: {
      hostnameOverride: 'node-1',
      nodeAddresses: ['192.168.0.2', '10.1.0.2', 'fd00:192::2'],
      ...(featureGates !== undefined && { featureGates }),
    },
    nodes: loaded.value.resources.filter(isNode),
    supportedModes: ['nftables'],
  });
  const cluster = buildCluster(loaded.value.resources, { ...DEFAULT_CLUSTER_OPTIONS, nodeName: 'node-1' });
  const problems = [...loaded.problems, ...settings.problems, ...cluster.problems];
  if (hasErrors(problems) || settings.value === undefined)
    throw new Error(problems.map(formatDiagnostic).join('\n'));
  return { settings: settings.value, cluster: cluster.value };
}

/** What kube-proxy of the release writes for a case. */
export function nftRuleset(name: string, version: Version, ipFamily: IpFamily): Ruleset {
  const { settings, cluster } = nftCase(name, version, ipFamily);
  const features = featuresFor(version, settings.gates);
  return buildRuleset(resolveProxy(cluster, settings, features), settings, features);
}
