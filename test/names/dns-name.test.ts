import { describe, expect, it } from 'vitest';
import { dashedAddress, parseClusterDomain, reverseName, whyNoDnsName } from '../../src/names/dns-name.ts';

describe('a cluster domain', () => {
  it.each([
    ['cluster.local', 'cluster.local'],
    ['cluster.local.', 'cluster.local'],
    ['LOCAL', 'local'],
    ['k8s-1.example.com', 'k8s-1.example.com'],
    ['', undefined],
    ['.', undefined],
    ['a..b', undefined],
    ['-a.b', undefined],
    ['_tcp.local', undefined],
    ['a b', undefined],
    ['cluster.local\nevil. 5 IN A 10.0.0.1', undefined],
    ['arpa', undefined],
    ['10.in-addr.arpa', undefined],
    [`${'a'.repeat(64)}.local`, undefined],
  ])('%j is %j', (text, domain) => {
    expect(parseClusterDomain(text)).toBe(domain);
  });
});

describe('a name that DNS cannot hold', () => {
  it.each([
    ['_http._tcp.web.shop.svc.cluster.local', undefined],
    ['web.', 'its part "" is no part of a host name'],
    ['we"b', String.raw`its part "we\"b" is no part of a host name`],
    ['web.shop;', 'its part "shop;" is no part of a host name'],
    [`${'a.'.repeat(127)}a`, 'it has 255 characters, and DNS allows 253 in a name'],
  ])('%j: %j', (name, why) => {
    expect(whyNoDnsName(name)).toBe(why);
  });
});

describe('names made of addresses', () => {
  it('are turned round for PTR records', () => {
    expect(reverseName('10.96.0.20')).toBe('20.0.96.10.in-addr.arpa');
    expect(reverseName('fd00::20')).toBe(`0.2.${'0.'.repeat(28)}d.f.ip6.arpa`);
  });

  it.each([
    ['10.244.1.10', '10-244-1-10'],
    ['fd00::1', 'fd00--1'],
    ['fd00::', 'fd00--0'],
    ['::5', '0--5'],
  ])('%s stands in for a hostname as %s', (address, hostname) => {
    expect(dashedAddress(address)).toBe(hostname);
  });
});
