import { type GivenSetting } from '../config/given-settings.ts';
import { type AdoptedSettings } from '../pipeline/pipeline.ts';
import { type LocalTraffic, type ProxySettings } from '../proxy/settings.ts';
import { type Cidr, familyOf, formatCidr, parseCidr } from '../text/ip.ts';
import { type ObservedSettings } from '../modes/mode.ts';

/** Fills what was not given with what the dump shows. */
export function adoptSettings(
  settings: ProxySettings,
  observed: ObservedSettings,
  given: ReadonlySet<GivenSetting>,
): AdoptedSettings {
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
  const nodePorts = nodePortSettings(settings, observed, given);
  const adopted = { ...settings, ...simple, ...nodePorts };
  return { settings: adopted, inferred: describe(simple, nodePorts, observed) };
}

/** The addresses that serve node ports: as networks of one address each, unless networks were given. */
function nodePortSettings(
  settings: ProxySettings,
  { nodePortIps }: ObservedSettings,
  given: ReadonlySet<GivenSetting>,
): Partial<Pick<ProxySettings, 'nodePortAddresses' | 'nodeAddresses'>> {
  if (nodePortIps === undefined) return {};
  const addresses = given.has('nodeAddresses')
    ? {}
    : { nodeAddresses: [...new Set([...settings.nodeAddresses, ...nodePortIps])] };
  if (given.has('nodePortAddresses')) return addresses;
  return { ...addresses, nodePortAddresses: nodePortIps.flatMap((ip) => networkOf(ip) ?? []) };
}

const networkOf = (ip: string): Cidr | undefined =>
  parseCidr(`${ip}/${familyOf(ip) === 'IPv6' ? '128' : '32'}`);

function describe(
  simple: Partial<ProxySettings>,
  nodePorts: Partial<ProxySettings>,
  { nodePortIps }: ObservedSettings,
): readonly string[] {
  const yesNo = (name: string, value: boolean | undefined): readonly string[] =>
    value === undefined ? [] : [`${name} ${value ? 'yes' : 'no'}`];
  return [
    ...(simple.localTraffic === undefined ? [] : [describeLocalTraffic(simple.localTraffic)]),
    ...(simple.masqueradeBit === undefined ? [] : [`masquerade bit ${simple.masqueradeBit}`]),
    ...yesNo('masquerade all', simple.masqueradeAll),
    ...yesNo('node ports on localhost', simple.localhostNodePorts),
    ...(nodePorts.nodePortAddresses === undefined ? [] : [`node ports on ${(nodePortIps ?? []).join(', ')}`]),
    ...(nodePorts.nodeAddresses === undefined ? [] : [`node addresses ${(nodePortIps ?? []).join(', ')}`]),
    ...(simple.nodeIP === undefined ? [] : ['the node is within source ranges']),
    ...yesNo('nfacct counters', simple.nfacct),
    ...yesNo('random-fully', simple.randomFully),
    ...yesNo('tcpBeLiberal', simple.tcpBeLiberal),
  ];
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
