import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recogniseDump } from '../../../src/modes/nftables/recognise/recognise.ts';
import { NEWEST } from '../../../src/dialect/version.ts';
import { readNft } from '../../../src/netfilter/nftables/read-nft.ts';
import { type Ruleset } from '../../../src/netfilter/nftables/model.ts';
import { sampled } from '../../helpers/diff-oracle.ts';
import { listingSource } from '../../helpers/nftables-listings.ts';
import { NFT_HISTORY_CASES, nftCaptures } from '../../helpers/nftables-oracle.ts';

function rulesetOf(text: string): Ruleset {
  const { value } = readNft({ name: 'dump', text });
  if (value === undefined) throw new Error('unreadable');
  return value;
}

describe('a dump of mode nftables', () => {
  it('tells the releases that may have written it', () => {
    for (const capture of sampled(nftCaptures(), 9)) {
      const ruleset = rulesetOf(listingSource(capture).text);
      const { versions, misfitsOf, family } = recogniseDump({ family: capture.ipFamily, ruleset });
      expect(versions, capture.file).toContain(capture.version);
      expect(misfitsOf.get(capture.version), capture.file).toEqual([]);
      expect(family).toBe(capture.ipFamily);
    }
  });

  it('tells nothing where the table is not there', () => {
    const ruleset = rulesetOf('table ip nat {\n}\n');
    const { versions, candidates, settings, services } = recogniseDump({ family: 'IPv4', ruleset });
    expect({ versions, candidates, settings, services: [...services()] }).toEqual({
      versions: [],
      candidates: [NEWEST],
      settings: {},
      services: [],
    });
  });

  it('tells addresses and ports of Services', () => {
    const text = `table ip kube-proxy {
      set cluster-ips {
        type ipv4_addr
        elements = { 10.96.0.1, 10.96.0.2 }
      }
      map no-endpoint-services {
        type ipv4_addr . inet_proto . inet_service : verdict
        elements = { 10.96.0.2 . tcp . 80 comment "default/empty:http" : goto reject-chain,
                     203.0.113.2 . tcp . 80 comment "default/empty:http" : goto reject-chain }
      }
      map no-endpoint-nodeports {
        type inet_proto . inet_service : verdict
        elements = { tcp . 30002 comment "default/empty:http" : goto reject-chain }
      }
      map service-ips {
        type ipv4_addr . inet_proto . inet_service : verdict
        elements = { 10.96.0.1 . tcp . 80 : goto service-AAAAAAAA-default/web/tcp/,
                     203.0.113.1 . tcp . 80 : goto external-AAAAAAAA-default/web/tcp/ }
      }
      map service-nodeports {
        type inet_proto . inet_service : verdict
        elements = { tcp . 30001 : goto external-AAAAAAAA-default/web/tcp/ }
      }
      chain service-AAAAAAAA-default/web/tcp/ {
        meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.244.1.1 . 8080, 1 : 10.244.1.2 . 8080 }
      }
      chain external-AAAAAAAA-default/web/tcp/ {
        goto service-AAAAAAAA-default/web/tcp/
      }
    }
    `;
    const { services } = recogniseDump({ family: 'IPv4', ruleset: rulesetOf(text) });
    expect([...services()]).toEqual([
      [
        'default/web',
        {
          clusterIP: '10.96.0.1',
          nodePorts: new Map([['', 30001]]),
          healthCheckNodePort: undefined,
          loadBalancerIPs: ['203.0.113.1'],
          podIPs: ['10.244.1.1', '10.244.1.2'],
        },
      ],
      [
        'default/empty',
        {
          clusterIP: '10.96.0.2',
          nodePorts: new Map([['http', 30002]]),
          healthCheckNodePort: undefined,
          loadBalancerIPs: ['203.0.113.2'],
          podIPs: [],
        },
      ],
    ]);
  });

  it.each(['1.36', '1.37'])(
    'of %s differs from the release beside it by how one endpoint is reached',
    (release) => {
      const text = readFileSync(
        join(NFT_HISTORY_CASES, `single-endpoint/expected/${release}.ip.nft`),
        'utf8',
      );
      const { versions, services } = recogniseDump({ family: 'IPv4', ruleset: rulesetOf(text) });
      expect(versions).toEqual([release]);
      expect(services().get('default/web')?.podIPs).toEqual(['10.244.2.10']);
    },
  );
});
