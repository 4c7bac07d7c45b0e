import { type GivenSetting } from '../config/given-settings.ts';
import { type Features } from '../dialect/features.ts';
import { type AdoptedSettings } from '../pipeline/pipeline.ts';
import { nodePortAddressesOf } from '../proxy/node-ports.ts';
import { type LocalTraffic, type ProxySettings } from '../proxy/settings.ts';
import { type Cidr, cidrContains, familyOf, formatCidr, parseCidr } from '../text/ip.ts';
import { type ObservedSettings } from '../modes/mode.ts';

/** Fills settings that the user did not give with what the dump shows. */
export function adoptSettings(
  settings: ProxySettings,
  observed: ObservedSettings,
  given: ReadonlySet<GivenSetting>,
  features: Features,
): Omit<AdoptedSettings, 'unusual'> {
  const open = (name: keyof ObservedSettings & keyof ProxySettings): Partial<ProxySettings> =>
    given.has(name) || observed[name] === undefined ? {} : { [name]: observed[name] };
  const simple: Partial<ProxySettings> = {
    ...open('masqueradeBit'),
    ...open('masqueradeAll'),
    ...open('localTraffic'),
    ...open('localhostNodePorts'),
    ...open('nodeIP'),
    ...open('nfacct'),
    ...open('randomFully'),
    ...open('tcpBeLiberal'),
    ...open('familyServed'),
  };
  const nodePorts = {
    ...nodePortSettings(settings, observed, given, features),
    ...serverSettings(settings, observed, given),
  };
  const adopted = { ...settings, ...simple, ...nodePorts };
  const names = new Set(Object.keys({ ...simple, ...nodePorts }));
  return { settings: adopted, inferred: describe(adopted, names, observed) };
}

/**
 * Takes the addresses that serve node ports as one-address networks, unless the user gave networks or the
 * settings lead to these addresses anyway.
 */
function nodePortSettings(
  settings: ProxySettings,
  { nodePortIps, nodePortsEverywhere }: ObservedSettings,
  given: ReadonlySet<GivenSetting>,
  features: Features,
): Partial<Pick<ProxySettings, 'nodePortAddresses' | 'nodeAddresses'>> {
  const isFixed = given.has('nodePortAddresses');
  const served = nodePortAddressesOf(settings, features);
  if (nodePortsEverywhere === true) {
    return isFixed || served.kind === 'all' ? {} : { nodePortAddresses: EVERYWHERE };
  }
  if (nodePortIps === undefined) return {};
  const nodeAddresses = [...new Set([...settings.nodeAddresses, ...nodePortIps])];
  const addresses = given.has('nodeAddresses') ? {} : { nodeAddresses };
  const isServed = served.kind === 'some' && served.ips.toSorted().join() === nodePortIps.toSorted().join();
  return isFixed || isServed
    ? addresses
    : { ...addresses, nodePortAddresses: networksOf(nodePortIps, settings) };
}

/**
 * Takes the scheduler, and the addresses with virtual servers of node ports: as addresses of the node, and as those
 * that serve node ports when the node has others, too.
 */
function serverSettings(
  settings: ProxySettings,
  { serverIps, scheduler }: ObservedSettings,
  given: ReadonlySet<GivenSetting>,
): Partial<Pick<ProxySettings, 'nodePortAddresses' | 'nodeAddresses' | 'ipvs'>> {
  const { ipvs, ipFamily } = settings;
  const isOpen = ipvs !== undefined && scheduler !== undefined && !given.has('ipvs');
  const chosen = isOpen && ipvs.scheduler !== scheduler ? { ipvs: { ...ipvs, scheduler } } : {};
  if (serverIps === undefined) return chosen;
  const others = settings.nodeAddresses.filter(
    (ip) =>
      familyOf(ip) === ipFamily &&
      !serverIps.includes(ip) &&
      !LOOPBACK.some((cidr) => cidrContains(cidr, ip)),
  );
  const isSome =
    others.length > 0 && settings.nodePortAddresses.length === 0 && !given.has('nodePortAddresses');
  const nodeAddresses = [...new Set([...settings.nodeAddresses, ...serverIps])];
  const isKnown = given.has('nodeAddresses') || nodeAddresses.length === settings.nodeAddresses.length;
  return {
    ...chosen,
    ...(isKnown ? {} : { nodeAddresses }),
    ...(isSome ? { nodePortAddresses: networksOf(serverIps, settings) } : {}),
  };
}

const EVERYWHERE = ['0.0.0.0/0', '::/0'].flatMap((network) => parseCidr(network) ?? []);
const LOOPBACK = ['127.0.0.0/8', '::1/128'].flatMap((network) => parseCidr(network) ?? []);

/** A network of each address. Node ports that no address serves are told as those of loopback, which serves none. */
function networksOf(ips: readonly string[], { ipFamily }: ProxySettings): readonly Cidr[] {
  if (ips.length === 0) return LOOPBACK.filter(({ family }) => family === ipFamily);
  return ips.flatMap((ip) => parseCidr(`${ip}/${familyOf(ip) === 'IPv6' ? '128' : '32'}`) ?? []);
}

/**
 * A function that describes one setting. nodeAddresses has none, because it follows from nodePortAddresses.
 */
type Line = (settings: ProxySettings) => string;

const yesNo =
  (name: string, read: (settings: ProxySettings) => boolean): Line =>
  (settings) =>
    `${name} ${read(settings) ? 'yes' : 'no'}`;

const addressesOf = (networks: readonly Cidr[]): string =>
  networks === EVERYWHERE ? 'all addresses' : networks.map(({ address }) => address).join(', ');

const LINES: readonly (readonly [name: keyof ProxySettings, line: Line])[] = [
  ['localTraffic', ({ localTraffic }) => describeLocalTraffic(localTraffic)],
  ['masqueradeBit', ({ masqueradeBit }) => `masquerade bit ${masqueradeBit}`],
  ['masqueradeAll', yesNo('masquerade all', ({ masqueradeAll }) => masqueradeAll)],
  ['localhostNodePorts', yesNo('node ports on localhost', ({ localhostNodePorts }) => localhostNodePorts)],
  ['nodePortAddresses', ({ nodePortAddresses }) => `node ports on ${addressesOf(nodePortAddresses)}`],
  ['ipvs', ({ ipvs }) => `scheduler ${ipvs?.scheduler ?? ''}`],
  ['nodeIP', () => 'the node is within source ranges'],
  ['nfacct', yesNo('nfacct counters', ({ nfacct }) => nfacct)],
  ['randomFully', yesNo('random-fully', ({ randomFully }) => randomFully)],
  ['tcpBeLiberal', yesNo('tcpBeLiberal', ({ tcpBeLiberal }) => tcpBeLiberal)],
];

function describe(
  adopted: ProxySettings,
  names: ReadonlySet<string>,
  { nodePortIps, serverIps }: ObservedSettings,
): readonly string[] {
  return LINES.flatMap(([name, line]) => [
    ...(names.has(name) ? [line(adopted)] : []),
    ...(name === 'nodePortAddresses' && names.has('nodeAddresses')
      ? [`node addresses ${(nodePortIps ?? serverIps ?? []).join(', ')}`]
      : []),
  ]);
}

/**
 * Describes in words which adopted settings differ from kube-proxy's defaults or from the given
 * configuration. Only settings that change the rules of a release with these features are named.
 */
export function unusualSettings(
  before: ProxySettings,
  after: ProxySettings,
  features: Features,
): readonly string[] {
  const matters: Partial<Record<keyof ProxySettings, boolean>> = {
    nodeIP: false,
    nfacct: features.nfacctCounters,
    randomFully: features.masqueradeRandomFully,
    tcpBeLiberal: features.dropInvalid === 'unless-tcp-liberal',
  };
  return LINES.flatMap(([name, line]) => {
    const isChanged = JSON.stringify(before[name]) !== JSON.stringify(after[name]);
    return isChanged && matters[name] !== false ? [line(after)] : [];
  });
}

function describeLocalTraffic(local: LocalTraffic): string {
  switch (local.kind) {
    case 'none':
      return 'no cluster CIDR';
    case 'cidr':
      return `cluster CIDR ${formatCidr(local.cidr)}`;
    case 'interface':
      return `pod interface ${local.name}`;
  }
}
