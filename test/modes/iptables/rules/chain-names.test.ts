import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chainHash,
  endpointChain,
  servicePortChains,
} from '../../../../src/modes/iptables/rules/chain-names.ts';

describe('names of chains from real clusters', () => {
  it.each([
    ['default/nginx-service:', 'tcp', 'KUBE-SVC-GKN7Y2BSGW4NJTYL'],
    ['demo/myblog:', 'tcp', 'KUBE-SVC-WQNGJ7YFZKCTKPZK'],
    ['default/httpd-svc:', 'tcp', 'KUBE-SVC-RL3JAE4GN7VOGDGP'],
    ['kube-system/kube-dns:dns', 'udp', 'KUBE-SVC-TCOU7JCQXEZGVUNU'],
    ['default/kubernetes:https', 'tcp', 'KUBE-SVC-NPX46M4PTMTKRN6Y'],
    ['default/nginx:', 'tcp', 'KUBE-SVC-4N57TFCL4MD7ZTDA'],
    ['default/nginx', 'tcp', 'KUBE-SVC-2CMXP7HKUVJN7L6M'],
  ])('%s over %s', (name, protocol, chain) => {
    expect(servicePortChains(name, protocol).service).toBe(chain);
  });

  it.each([
    ['default/nginx-service:', '10.1.13.2:80', 'KUBE-SEP-7ROBBXFV7SD4AIRW'],
    ['default/nginx-service:', '10.1.13.3:80', 'KUBE-SEP-XY3F6VJIZ7ELIF4Z'],
    ['demo/myblog:', '10.244.1.158:8002', 'KUBE-SEP-GB5GNOM5CZH7ICXZ'],
  ])('%s at %s', (name, endpoint, chain) => {
    expect(endpointChain(name, 'tcp', endpoint)).toBe(chain);
  });
});

it('all chains of a service port share one hash', () => {
  expect(servicePortChains('ns1/svc1:p80', 'tcp')).toEqual({
    service: 'KUBE-SVC-XPGD46QRK7WJZT7O',
    local: 'KUBE-SVL-XPGD46QRK7WJZT7O',
    external: 'KUBE-EXT-XPGD46QRK7WJZT7O',
    firewall: 'KUBE-FW-XPGD46QRK7WJZT7O',
    balancer: 'KUBE-XLB-XPGD46QRK7WJZT7O',
  });
});

/** RFC 4648 written down once more, bit by bit. */
function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? [])
    .map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(parseInt(five, 2)))
    .join('');
}

it('the hash is the beginning of the base32 of the SHA-256', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const expected = base32(createHash('sha256').update(text).digest()).slice(0, 16);
      expect(chainHash(text)).toBe(expected);
    }),
  );
});
