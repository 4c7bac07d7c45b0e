import { type Version } from '../dialect/version.ts';
import { type Source } from '../text/source.ts';
import { type KubeProxyFlags } from './kube-proxy-flags.ts';
import { readConfiguration } from './read-configuration.ts';

/** Names of settings that the user decided, by flag, by file, or by the Node object. */
export type GivenSetting =
  | 'masqueradeBit'
  | 'masqueradeAll'
  | 'localTraffic'
  | 'localhostNodePorts'
  | 'nodePortAddresses'
  | 'nodeAddresses'
  | 'nodeIP'
  | 'nfacct'
  | 'randomFully'
  | 'tcpBeLiberal'
  | 'familyServed';

/** What the user gave. */
export interface GivenInput {
  readonly config?: Source | undefined;
  readonly flags: KubeProxyFlags;
  readonly version: Version;
  /** kube-proxy's idea of the node's address, as resolved. */
  readonly nodeIP: string | undefined;
}

/**
 * Which settings are not to be guessed. A configuration file decides all that it may hold, also by silence: kube-proxy
 * takes its defaults then. nf_conntrack_tcp_be_liberal may be set by others, so only `true` decides it.
 */
export function givenSettings({ config, flags, version, nodeIP }: GivenInput): ReadonlySet<GivenSetting> {
  const file = config === undefined ? undefined : readConfiguration(config, version).value;
  const hasFile = file !== undefined;
  const bindAddress = flags.bindAddress ?? file?.bindAddress?.value;
  const local = [
    flags.clusterCIDR,
    flags.detectLocalMode,
    flags.podBridgeInterface,
    flags.podInterfaceNamePrefix,
  ];
  const decided: Readonly<Record<GivenSetting, boolean>> = {
    masqueradeBit: hasFile || flags.masqueradeBit !== undefined,
    masqueradeAll: hasFile || flags.masqueradeAll !== undefined,
    localTraffic: hasFile || local.some((flag) => flag !== undefined),
    localhostNodePorts: hasFile || flags.localhostNodePorts !== undefined,
    nodePortAddresses: hasFile || flags.nodePortAddresses !== undefined,
    nodeAddresses: flags.nodeAddresses !== undefined,
    nodeIP: isSpecific(bindAddress) || isSpecific(nodeIP),
    nfacct: flags.noNfacct === true,
    randomFully: flags.noRandomFully === true,
    tcpBeLiberal: file?.['conntrack.tcpBeLiberal']?.value === true,
    familyServed:
      hasFile || [bindAddress, flags.clusterCIDR, flags.featureGates].some((flag) => flag !== undefined),
  };
  return new Set((Object.keys(decided) as GivenSetting[]).filter((name) => decided[name]));
}

/** An address that says which node it is. */
const isSpecific = (ip: string | undefined): boolean => ip !== undefined && !UNSPECIFIC.has(ip);

const UNSPECIFIC: ReadonlySet<string> = new Set(['', '0.0.0.0', '::', '127.0.0.1', '::1']);
