import { describe, expect, it } from 'vitest';
import { type Version } from '../../../../src/dialect/version.ts';
import { nodePortDestinations } from '../../../../src/modes/iptables/rules/node-port-destinations.ts';
import { nodePortAddressesOf } from '../../../../src/proxy/node-ports.ts';
import { type ProxySettings } from '../../../../src/proxy/settings.ts';
import { type Cidr, parseCidr } from '../../../../src/text/ip.ts';
import { featuresWith, settingsOf } from '../../../helpers/proxy.ts';

const cidrs = (...texts: readonly string[]): readonly Cidr[] => texts.map((text) => parseCidr(text)!);
const V6: Partial<ProxySettings> = { ipFamily: 'IPv6', localhostNodePorts: false };
const NO_LOCALHOST: Partial<ProxySettings> = { localhostNodePorts: false };

/** `all`, `all but NETWORK`, or the addresses. */
function served(version: Version, given: readonly string[], overrides: Partial<ProxySettings> = {}): string {
  const settings = settingsOf({ nodePortAddresses: cidrs(...given), ...overrides });
  const features = featuresWith(version, settings);
  const found = nodePortDestinations(nodePortAddressesOf(settings, features), settings, features);
  if (found.kind === 'addresses') return found.ips.join(' ');
  return found.except === undefined ? 'all' : `all but ${found.except.address}/${found.except.prefix}`;
}

describe('addresses that serve node ports', () => {
  it.each<[string, Version, readonly string[], Partial<ProxySettings>, string]>([
    ['all, unless told', '1.36', [], {}, 'all'],
    ['not those of loopback without localhost node ports', '1.36', [], NO_LOCALHOST, 'all but 127.0.0.0/8'],
    ['never those of IPv6 loopback', '1.36', [], V6, 'all but ::1/128'],
    ['loopback was no matter before', '1.25', [], NO_LOCALHOST, 'all'],
    ['loopback was no matter in IPv6 either', '1.25', [], V6, 'all'],
    ['those in a network', '1.36', ['192.168.0.0/16'], {}, '192.168.0.2'],
    ['each once', '1.36', ['192.168.0.0/16', '192.168.0.0/24'], {}, '192.168.0.2'],
    ['loopback by its network', '1.36', ['127.0.0.0/8'], {}, '127.0.0.1'],
    ['loopback is left out if it cannot serve', '1.36', ['127.0.0.0/8'], NO_LOCALHOST, ''],
    ['everything by the network of everything', '1.36', ['192.168.0.0/16', '0.0.0.0/0'], {}, 'all'],
    ['none that the node has', '1.36', ['172.16.0.0/12'], {}, ''],
    ['a list of the other family counts as none', '1.36', ['fd00::/8'], {}, 'all'],
    ['it counted for itself before', '1.18', ['fd00::/8'], {}, ''],
    ['each family has its own', '1.36', ['192.168.0.0/16', 'fd00::/8'], V6, 'fd00:192::2'],
    ['everything of the other family was everything', '1.18', ['::/0', '172.16.0.0/12'], {}, 'all'],
  ])('%s', (_, version, given, overrides, expected) => {
    expect(served(version, given, overrides)).toBe(expected);
  });
});
