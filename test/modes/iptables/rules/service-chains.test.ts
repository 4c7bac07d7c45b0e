import { describe, expect, it } from 'vitest';
import { type Version } from '../../../../src/dialect/version.ts';
import { chain, type ChainsRequest, manifest } from '../../../helpers/chains.ts';

const TWO = [
  ['10.244.1.5', 'node-1'],
  ['10.244.2.5', 'node-2'],
] as const;
const FLAGS = { clusterCIDR: '10.244.0.0/16' };

const PLAIN = manifest('{ clusterIP: 10.0.0.1, ports: [{ port: 80 }] }', TWO);
const STICKY = manifest('{ clusterIP: 10.0.0.1, ports: [{ port: 80 }], sessionAffinity: ClientIP }', TWO);
const LOCAL_SPEC =
  '{ type: LoadBalancer, clusterIP: 10.0.0.1, ports: [{ port: 80, nodePort: 30080 }], externalTrafficPolicy: Local, healthCheckNodePort: 32000 }';
const INGRESS = '{ ingress: [{ ip: 198.51.100.1 }] }';
const LOCAL = manifest(LOCAL_SPEC, TWO, INGRESS);
const ELSEWHERE = manifest(LOCAL_SPEC, [TWO[1]], INGRESS);
const RANGED = manifest(
  '{ type: LoadBalancer, clusterIP: 10.0.0.1, ports: [{ port: 80, nodePort: 30080 }], loadBalancerSourceRanges: [203.0.113.0/24] }',
  TWO,
  '{ ingress: [{ ip: 198.51.100.1 }, { ip: 198.51.100.2 }] }',
);

const request = (version: Version, manifests: string, more: Partial<ChainsRequest> = {}): ChainsRequest => ({
  manifests,
  version,
  flags: FLAGS,
  ...more,
});

const OLD = 'BIJGBSD4RZCCZX5R'; // default/web: over TCP
const NEW = 'LOLE4ISW44XBNF3G'; // default/web over TCP

describe('KUBE-SVC spreads over endpoints', () => {
  it.each<[Version, string]>([
    [
      '1.11',
      `\
-A KUBE-SVC-${OLD} -m comment --comment "default/web:" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-YMXCUJ4FJ6QWOIRU
-A KUBE-SVC-${OLD} -m comment --comment "default/web:" -j KUBE-SEP-WH75PYJDC2KYF5I2
`,
    ],
    [
      '1.12',
      `\
-A KUBE-SVC-${OLD} -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-YMXCUJ4FJ6QWOIRU
-A KUBE-SVC-${OLD} -j KUBE-SEP-WH75PYJDC2KYF5I2
`,
    ],
  ])('as %s does', (version, rules) => {
    expect(chain('nat', `KUBE-SVC-${OLD}`, request(version, PLAIN))).toBe(rules);
  });

  it('as 1.36 does, with what it masquerades', () => {
    expect(chain('nat', `KUBE-SVC-${NEW}`, request('1.36', PLAIN))).toBe(`\
-A KUBE-SVC-${NEW} ! -s 10.244.0.0/16 -d 10.0.0.1/32 -p tcp -m comment --comment "default/web cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
-A KUBE-SVC-${NEW} -m comment --comment "default/web -> 10.244.1.5:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-XQWD6PXGZUTOOIVQ
-A KUBE-SVC-${NEW} -m comment --comment "default/web -> 10.244.2.5:8080" -j KUBE-SEP-CBTFKNOSRCMRXDOA
`);
  });

  it.each([
    ['1.4', 180],
    ['1.7', 10_800],
  ] as const)('brings clients back for as long as %s does', (version, seconds) => {
    expect(chain('nat', `KUBE-SVC-${OLD}`, request(version, STICKY))).toBe(`\
-A KUBE-SVC-${OLD} -m comment --comment "default/web:" -m recent --rcheck --seconds ${seconds} --reap --name KUBE-SEP-YMXCUJ4FJ6QWOIRU --mask 255.255.255.255 --rsource -j KUBE-SEP-YMXCUJ4FJ6QWOIRU
-A KUBE-SVC-${OLD} -m comment --comment "default/web:" -m recent --rcheck --seconds ${seconds} --reap --name KUBE-SEP-WH75PYJDC2KYF5I2 --mask 255.255.255.255 --rsource -j KUBE-SEP-WH75PYJDC2KYF5I2
-A KUBE-SVC-${OLD} -m comment --comment "default/web:" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-YMXCUJ4FJ6QWOIRU
-A KUBE-SVC-${OLD} -m comment --comment "default/web:" -j KUBE-SEP-WH75PYJDC2KYF5I2
`);
  });
});

/** One Service of so many endpoints. */
function crowd(size: number): string {
  const addresses = Array.from({ length: size }, (_, index): [string, string] => [
    `10.244.${Math.trunc(index / 250)}.${(index % 250) + 1}`,
    'node-1',
  ]);
  return manifest('{ clusterIP: 10.0.0.1, ports: [{ port: 80 }] }', addresses);
}

describe('comments in a large cluster', () => {
  it.each<[Version, number, boolean]>([
    ['1.36', 1000, true],
    ['1.36', 1001, false],
    ['1.18', 1001, false],
    ['1.11', 1001, true],
    ['1.12', 2, false],
  ])('%s with %i endpoints: %s', (version, size, expected) => {
    const suffix = version === '1.36' ? NEW : OLD;
    const rules = chain('nat', `KUBE-SVC-${suffix}`, request(version, crowd(size))) ?? '';
    const spreading = rules.split('\n').filter((line) => line.includes('-j KUBE-SEP-'));
    expect(spreading).toHaveLength(size);
    expect(spreading.every((line) => line.includes('--comment'))).toBe(expected);
    expect(spreading.some((line) => line.includes('--comment'))).toBe(expected);
  });
});

const POD_RULE =
  '-s 10.244.0.0/16 -m comment --comment "Redirect pods trying to reach external loadbalancer VIP to clusterIP"';

describe('KUBE-XLB keeps external traffic on the node', () => {
  it.each<[string, Version, string, Partial<ChainsRequest>, string]>([
    [
      'sends pods to all endpoints',
      '1.14',
      LOCAL,
      {},
      `-A KUBE-XLB-${OLD} ${POD_RULE} -j KUBE-SVC-${OLD}
-A KUBE-XLB-${OLD} -m comment --comment "Balancing rule 0 for default/web:" -j KUBE-SEP-YMXCUJ4FJ6QWOIRU
`,
    ],
    [
      'cannot tell pods without a cluster CIDR',
      '1.14',
      LOCAL,
      { flags: {} },
      `-A KUBE-XLB-${OLD} -m comment --comment "Balancing rule 0 for default/web:" -j KUBE-SEP-YMXCUJ4FJ6QWOIRU\n`,
    ],
    [
      'sends the node itself to all endpoints',
      '1.15',
      ELSEWHERE,
      { flags: {} },
      `-A KUBE-XLB-${OLD} -m comment --comment "masquerade LOCAL traffic for default/web: LB IP" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
-A KUBE-XLB-${OLD} -m comment --comment "route LOCAL traffic for default/web: LB IP to service chain" -m addrtype --src-type LOCAL -j KUBE-SVC-${OLD}
-A KUBE-XLB-${OLD} -m comment --comment "default/web: has no local endpoints" -j KUBE-MARK-DROP
`,
    ],
  ])('%s (%s)', (_, version, manifests, more, rules) => {
    expect(chain('nat', `KUBE-XLB-${OLD}`, request(version, manifests, more))).toBe(rules);
  });

  it('is there and empty without endpoints', () => {
    expect(chain('nat', `KUBE-XLB-${OLD}`, request('1.14', manifest(LOCAL_SPEC, [], INGRESS)))).toBe('');
  });
});

describe('KUBE-EXT and KUBE-SVL take its place', () => {
  it('with an endpoint here', () => {
    expect(chain('nat', `KUBE-EXT-${NEW}`, request('1.36', LOCAL))).toBe(`\
-A KUBE-EXT-${NEW} -s 10.244.0.0/16 -m comment --comment "pod traffic for default/web external destinations" -j KUBE-SVC-${NEW}
-A KUBE-EXT-${NEW} -m comment --comment "masquerade LOCAL traffic for default/web external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
-A KUBE-EXT-${NEW} -m comment --comment "route LOCAL traffic for default/web external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-${NEW}
-A KUBE-EXT-${NEW} -j KUBE-SVL-${NEW}
`);
    expect(chain('nat', `KUBE-SVL-${NEW}`, request('1.36', LOCAL))).toBe(
      `-A KUBE-SVL-${NEW} -m comment --comment "default/web -> 10.244.1.5:8080" -j KUBE-SEP-XQWD6PXGZUTOOIVQ\n`,
    );
  });

  it('without one: marked to be dropped, later dropped in filter', () => {
    expect(chain('nat', `KUBE-SVL-${NEW}`, request('1.24', ELSEWHERE))).toBe(
      `-A KUBE-SVL-${NEW} -m comment --comment "default/web has no local endpoints" -j KUBE-MARK-DROP\n`,
    );
    expect(chain('nat', `KUBE-SVL-${NEW}`, request('1.25', ELSEWHERE))).toBeUndefined();
    expect(chain('filter', 'KUBE-EXTERNAL-SERVICES', request('1.25', ELSEWHERE))).toBe(`\
-A KUBE-EXTERNAL-SERVICES -d 198.51.100.1/32 -p tcp -m comment --comment "default/web has no local endpoints" -m tcp --dport 80 -j DROP
-A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "default/web has no local endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30080 -j DROP
`);
  });

  it('tells pods by their interface', () => {
    const config = 'detectLocalMode: InterfaceNamePrefix\ndetectLocal: { interfaceNamePrefix: veth }';
    expect(
      chain('nat', `KUBE-EXT-${NEW}`, request('1.36', LOCAL, { flags: {}, config }))?.split('\n')[0],
    ).toBe(
      `-A KUBE-EXT-${NEW} -i veth+ -m comment --comment "pod traffic for default/web external destinations" -j KUBE-SVC-${NEW}`,
    );
    expect(
      chain('nat', `KUBE-SVC-${NEW}`, request('1.36', PLAIN, { flags: {}, config }))?.split('\n')[0],
    ).toBe(
      `-A KUBE-SVC-${NEW} -d 10.0.0.1/32 ! -i veth+ -p tcp -m comment --comment "default/web cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ`,
    );
  });
});

const allowed = (suffix: string, name: string, onward: string): string =>
  `-A KUBE-FW-${suffix} -s 203.0.113.0/24 -m comment --comment "${name} loadbalancer IP" -j ${onward}\n`;

describe('KUBE-FW asks for source ranges', () => {
  it('once for each IP, marking the rest (1.14, 1.24)', () => {
    const remark = '-m comment --comment "default/web: loadbalancer IP"';
    const once = `-A KUBE-FW-${OLD} ${remark} -j KUBE-MARK-MASQ\n${allowed(OLD, 'default/web:', `KUBE-SVC-${OLD}`)}-A KUBE-FW-${OLD} ${remark} -j KUBE-MARK-DROP\n`;
    expect(chain('nat', `KUBE-FW-${OLD}`, request('1.14', RANGED))).toBe(once + once);
    const later = `${allowed(NEW, 'default/web', `KUBE-EXT-${NEW}`)}-A KUBE-FW-${NEW} -m comment --comment "default/web loadbalancer IP" -j KUBE-MARK-DROP\n`;
    expect(chain('nat', `KUBE-FW-${NEW}`, request('1.24', RANGED))).toBe(later + later);
  });

  it.each<[Version, string]>([
    ['1.25', ''],
    [
      '1.36',
      `-A KUBE-FW-${NEW} -m comment --comment "other traffic to default/web will be dropped by KUBE-PROXY-FIREWALL"\n`,
    ],
  ])('and KUBE-PROXY-FIREWALL drops the rest (%s)', (version, remark) => {
    expect(chain('nat', `KUBE-FW-${NEW}`, request(version, RANGED))).toBe(
      allowed(NEW, 'default/web', `KUBE-EXT-${NEW}`) + remark,
    );
    expect(chain('filter', 'KUBE-PROXY-FIREWALL', request(version, RANGED))).toBe(
      [1, 2]
        .map(
          (last) =>
            `-A KUBE-PROXY-FIREWALL -d 198.51.100.${last}/32 -p tcp -m comment --comment "default/web traffic not accepted by KUBE-FW-${NEW}" -m tcp --dport 80 -j DROP\n`,
        )
        .join(''),
    );
  });

  it('is there for load balancers without ranges only up to 1.23', () => {
    expect(chain('nat', `KUBE-FW-${NEW}`, request('1.23', LOCAL))).toBe(`\
-A KUBE-FW-${NEW} -m comment --comment "default/web loadbalancer IP" -j KUBE-XLB-${NEW}
-A KUBE-FW-${NEW} -m comment --comment "default/web loadbalancer IP" -j KUBE-MARK-DROP
`);
    expect(chain('nat', `KUBE-FW-${NEW}`, request('1.24', LOCAL))).toBeUndefined();
  });
});

describe('the health check node port', () => {
  it('is accepted where load balancers of policy Local ask for it', () => {
    expect(chain('filter', 'KUBE-NODEPORTS', request('1.36', LOCAL))).toBe(
      '-A KUBE-NODEPORTS -p tcp -m comment --comment "default/web health check node port" -m tcp --dport 32000 -j ACCEPT\n',
    );
    expect(chain('filter', 'KUBE-NODEPORTS', request('1.36', RANGED))).toBe('');
    expect(chain('filter', 'KUBE-NODEPORTS', request('1.20', LOCAL))).toBeUndefined();
  });
});
