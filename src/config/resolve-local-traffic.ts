import { type DetectLocalMode, firstVersionWhere } from '../dialect/config-history.ts';
import { type LocalTraffic } from '../proxy/settings.ts';
import { type Cidr } from '../text/ip.ts';
import { type Outcome } from '../diagnostics/diagnostic.ts';
import { type ChosenSettings } from './choose-settings.ts';
import { type SettingContext } from './setting-context.ts';
import { readCidr } from './ip-text.ts';
import { type ResolvedFamilies } from './resolve-families.ts';
import { type ResolvedNode } from './resolve-node.ts';
import { type Origin, type Setting, refused } from './setting.ts';

const NONE: LocalTraffic = { kind: 'none' };

/** Decides how rules recognize traffic of pods on the node. (getLocalDetectors, server_linux.go) */
export function resolveLocalTraffic(
  mode: DetectLocalMode | undefined,
  chosen: ChosenSettings,
  clusterCidrs: readonly Cidr[],
  families: ResolvedFamilies,
  node: ResolvedNode,
  context: SettingContext,
): Outcome<LocalTraffic> {
  switch (mode) {
    case undefined:
      return { value: NONE, problems: [] };
    case 'ClusterCIDR':
      return localByCidr(clusterCidrs, families, context, chosen.clusterCIDR?.origin);
    case 'NodeCIDR':
      return localByNode(chosen, families, node, context);
    case 'BridgeInterface':
      return localByInterface(chosen['detectLocal.bridgeInterface'], chosen.detectLocalMode, BRIDGE);
    case 'InterfaceNamePrefix':
      return localByInterface(chosen['detectLocal.interfaceNamePrefix'], chosen.detectLocalMode, PREFIX);
  }
}

/** Returns the mode in force; undefined and an error for a mode that kube-proxy of the version refuses. */
export function resolveDetectLocalMode(
  setting: Setting<string> | undefined,
  context: SettingContext,
): Outcome<DetectLocalMode | undefined> {
  const text = setting?.value ?? '';
  if (setting === undefined || text === '') return { value: 'ClusterCIDR', problems: [] };
  const { known, refusedBy } = context.facts.detectLocalModes;
  const mode = known.find((candidate) => candidate === text);
  if (mode !== undefined) return { value: mode, problems: [] };
  const since = firstVersionWhere((facts) =>
    facts.detectLocalModes.known.some((candidate) => candidate === text),
  );
  const note = since === undefined ? '' : ` (kube-proxy ${context.version}; ${text} works from ${since} on)`;
  const supported = [...known, ''].map((candidate) => JSON.stringify(candidate)).join(', ');
  const message =
    refusedBy === 'start'
      ? `cannot determine detect-local-mode: unknown detect-local-mode: ${text}`
      : `Unsupported value: ${JSON.stringify(text)}: supported values: ${supported}`;
  return { value: undefined, problems: [refused(setting.origin, message + note)] };
}

/**
 * Returns the first network of the family. A network of the other family alone is an error when kube-proxy serves one
 * family only.
 */
function localByCidr(
  cidrs: readonly Cidr[],
  families: ResolvedFamilies,
  context: SettingContext,
  origin: Origin | undefined,
): Outcome<LocalTraffic> {
  const cidr = cidrs.find(({ family }) => family === context.ipFamily);
  if (cidr !== undefined) return { value: { kind: 'cidr', cidr }, problems: [] };
  const [other] = cidrs;
  const isServed = families.dualStack || families.primary !== context.ipFamily;
  if (other === undefined || isServed) return { value: NONE, problems: [] };
  const message = context.facts.wrongFamilyCidr
    .replace('%s', `${other.address}/${other.prefix}`)
    .replace('%t', String(context.ipFamily === 'IPv6'));
  return { value: NONE, problems: [refused(origin ?? { path: [] }, message)] };
}

function localByNode(
  chosen: ChosenSettings,
  families: ResolvedFamilies,
  node: ResolvedNode,
  context: SettingContext,
): Outcome<LocalTraffic> {
  const origin = chosen.detectLocalMode?.origin ?? { path: [] };
  const refuse = (message: string): Outcome<LocalTraffic> => ({
    value: NONE,
    problems: [refused(origin, message)],
  });
  const cidrs = (node.resource?.object.spec.podCIDRs ?? []).flatMap((text) => readCidr(text) ?? []);
  if (cidrs.length === 0) {
    const lacking = node.resource === undefined ? 'is not in the input' : 'has no spec.podCIDRs';
    const { nodeName } = node.identity;
    const name = nodeName === undefined ? 'the node' : `Node "${nodeName}"`;
    return refuse(`NodeCIDR needs the pod CIDRs of the node, but ${name} ${lacking}`);
  }
  const { primary } = families;
  const fitsPrimary = cidrs.some(({ family }) => family === primary);
  if (context.facts.podCidrsMustFitPrimaryFamily && !fitsPrimary) {
    const other = primary === 'IPv4' ? 'IPv6' : 'IPv4';
    return refuse(`cluster is ${primary}-primary but node.spec.podCIDRs contains only ${other} addresses`);
  }
  return localByCidr(cidrs, families, context, origin);
}

// iptables accepts 15 characters. Characters that no interface name can have would end the rule or begin another
// option.
const LONGEST_INTERFACE = 15;
const INTERFACE_NAME = /^[A-Za-z0-9_.@+][A-Za-z0-9_.@+-]*$/;

function localByInterface(
  setting: Setting<string> | undefined,
  mode: Setting<string> | undefined,
  { field, wildcard }: InterfaceMode,
): Outcome<LocalTraffic> {
  const refuse = (origin: Origin | undefined, message: string): Outcome<LocalTraffic> => ({
    value: NONE,
    problems: [refused(origin ?? { path: [] }, message)],
  });
  if (setting === undefined) return refuse(mode?.origin, `needs ${field}, which must not be empty`);
  const text = setting.value;
  if (text.trim() === '')
    return refuse(setting.origin, `Invalid value: ${JSON.stringify(text)}: must not be empty`);
  const name = text + wildcard;
  if (name.length > LONGEST_INTERFACE || !INTERFACE_NAME.test(text)) {
    const most = LONGEST_INTERFACE - wildcard.length;
    const must = `must be an interface name that iptables takes: 1 to ${most} letters, digits and _.@+-`;
    return refuse(setting.origin, `Invalid value: ${JSON.stringify(text)}: ${must}`);
  }
  return { value: { kind: 'interface', name }, problems: [] };
}

interface InterfaceMode {
  readonly field: string;
  /** The sign for any rest of the name. */
  readonly wildcard: '' | '+';
}

const BRIDGE: InterfaceMode = { field: 'detectLocal.bridgeInterface', wildcard: '' };
const PREFIX: InterfaceMode = { field: 'detectLocal.interfaceNamePrefix', wildcard: '+' };
