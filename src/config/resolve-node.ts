import { type ConfigFacts } from '../dialect/config-history.ts';
import { type Resource } from '../manifest/resource.ts';
import { type Node } from '../manifest/types.ts';
import { familyOf } from '../text/ip.ts';
import { listed } from '../text/listed.ts';
import { nearestName } from '../text/nearest-name.ts';
import { type Outcome, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { readIp } from './ip-text.ts';
import { fromFlag, type Setting, complain, refused } from './setting.ts';

/** The node that the rules are for. */
export interface ResolvedNode {
  readonly identity: NodeIdentity;
  /** The object of the node; absent when the input does not have it. */
  readonly resource?: Resource<Node>;
  /** Addresses of type InternalIP, then ExternalIP, in canonical spelling. */
  readonly hostIps: readonly string[];
  /** All addresses on its interfaces, with loopback, in canonical spelling. */
  readonly interfaceIps: readonly string[];
}

export interface NodeIdentity {
  readonly nodeName?: string;
  readonly zone?: string;
}

export interface NodeInput {
  readonly hostnameOverride: Setting<string> | undefined;
  /** The name of the host, used when nothing else names the node. */
  readonly hostName?: string | undefined;
  readonly nodeAddresses?: readonly string[] | undefined;
  readonly nodes: readonly Resource<Node>[];
}

const LOOPBACK = ['127.0.0.1', '::1'];

/**
 * Finds the node: by the overriding name, else the only Node of the input, else by the host's name, else one
 * without a name. Errors: a name of blanks only, an invalid node address. Warning: no Node of the input has
 * that name.
 */
export function resolveNode(input: NodeInput, facts: ConfigFacts): Outcome<ResolvedNode> {
  const problems: Diagnostic[] = [];
  const name = nodeName(input, problems);
  const resource = input.nodes.find((node) => node.object.metadata.name === name);
  if (name !== undefined && resource === undefined && input.nodes.length > 0) {
    problems.push(noSuchNode(name, input));
  }
  const hostIps = resource === undefined ? [] : hostIpsOf(resource.object);
  const given = input.nodeAddresses?.flatMap((text, index) => readAddress(text, index, problems));
  const zone = resource?.object.metadata.labels[facts.zoneLabel];
  const value: ResolvedNode = {
    identity: {
      ...(name === undefined ? {} : { nodeName: name }),
      ...(zone === undefined ? {} : { zone }),
    },
    ...(resource === undefined ? {} : { resource }),
    hostIps,
    interfaceIps: [...new Set([...LOOPBACK, ...(given ?? hostIps)])],
  };
  return { value, problems };
}

/** (GetHostname, component-helpers/node/util/hostname.go; processHostnameOverrideFlag, options.go) */
function nodeName(input: NodeInput, problems: Diagnostic[]): string | undefined {
  const override = input.hostnameOverride;
  if (override !== undefined && override.value !== '') {
    const name = override.value.trim().toLowerCase();
    if (name !== '') return name;
    const isFlag = override.origin.subject === undefined;
    problems.push(refused(override.origin, `empty ${isFlag ? 'hostname-override' : 'hostname'} is invalid`));
    return undefined;
  }
  const [only, second] = input.nodes;
  if (only !== undefined && second === undefined) return only.object.metadata.name;
  return input.hostName?.trim().toLowerCase();
}

function noSuchNode(name: string, { hostnameOverride, nodes }: NodeInput): Diagnostic {
  const names = nodes.map((node) => node.object.metadata.name);
  const near = nearestName(name, names);
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  const assumed =
    hostnameOverride === undefined ? ' (the name of this host, as --node-name is not given)' : '';
  const message =
    `no Node of the input is named "${name}"${assumed}, so its zone, addresses, pod CIDRs and local endpoints are ` +
    `unknown; the Nodes are ${listed(names)}${hint}`;
  return complain('node-unknown', hostnameOverride?.origin ?? { path: [] }, message);
}

/** (GetNodeHostIPs, pkg/util/node/node.go) */
function hostIpsOf(node: Node): readonly string[] {
  return ['InternalIP', 'ExternalIP'].flatMap((type) =>
    node.status.addresses
      .filter((address) => address.type === type)
      .flatMap(({ address }) => readIp(address) ?? []),
  );
}

function readAddress(text: string, index: number, problems: Diagnostic[]): readonly string[] {
  const address = readIp(text.trim());
  if (address !== undefined) return [address];
  const { origin } = fromFlag('--node-address', text);
  problems.push(refused(origin, `must be an IP address, not ${JSON.stringify(text)}`, [index]));
  return [];
}

/** The first address of each family. */
export const firstOfFamily = (ips: readonly string[], family: 'IPv4' | 'IPv6'): string | undefined =>
  ips.find((ip) => familyOf(ip) === family);
