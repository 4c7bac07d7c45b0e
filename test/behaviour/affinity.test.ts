import { describe, expect, it } from 'vitest';
import { compareBehaviour } from '../../src/behaviour/compare-behaviour.ts';
import { textBehaviour } from '../../src/behaviour/text.ts';
import { saveText } from '../packets/trace-rules.ts';
import { captureNode } from './capture-node.ts';

/** A Service with two endpoints, to which clients come back within three hours. */
const AFFINITY = [
  '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
  '-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/web cluster IP" -m tcp --dport 80 -j KUBE-SVC-A',
  '-A KUBE-SVC-A -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-B --mask 255.255.255.255 --rsource -j KUBE-SEP-B',
  '-A KUBE-SVC-A -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-C --mask 255.255.255.255 --rsource -j KUBE-SEP-C',
  '-A KUBE-SVC-A -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-B',
  '-A KUBE-SVC-A -j KUBE-SEP-C',
  '-A KUBE-SEP-B -p tcp -m recent --set --name KUBE-SEP-B --mask 255.255.255.255 --rsource -m tcp -j DNAT --to-destination 10.244.1.5:8080',
  '-A KUBE-SEP-C -p tcp -m recent --set --name KUBE-SEP-C --mask 255.255.255.255 --rsource -m tcp -j DNAT --to-destination 10.244.1.6:8080',
];

/** What is told when some rules are replaced; `undefined` removes a rule. */
function told(replace: (rule: string) => string | undefined): readonly string[] {
  const changed = AFFINITY.flatMap((rule) => replace(rule) ?? []);
  const [before, now] = [AFFINITY, changed].map((nat) => captureNode(saveText({ nat }), 'IPv4'));
  if (before === undefined || now === undefined) throw new Error('no rules');
  return textBehaviour(compareBehaviour(before, now).classes).trimEnd().split('\n');
}

/** Rules of a Service with so many endpoints, with the clients of each for so many seconds. */
function serviceWith(endpoints: number, seconds: number): ReturnType<typeof captureNode> {
  const all = Array.from({ length: endpoints }, (_, at) => ({
    chain: `KUBE-SEP-${at}`,
    address: `10.244.${1 + (at >> 8)}.${at & 255}`,
  }));
  const nat = [
    ...AFFINITY.slice(0, 2),
    ...all.map(
      ({ chain }) =>
        `-A KUBE-SVC-A -m recent --rcheck --seconds ${seconds} --reap --name ${chain} --mask 255.255.255.255 --rsource -j ${chain}`,
    ),
    ...all.map(({ chain }, at) => {
      const rest = (1 / (endpoints - at)).toFixed(11);
      const chance = at === endpoints - 1 ? '' : `-m statistic --mode random --probability ${rest} `;
      return `-A KUBE-SVC-A ${chance}-j ${chain}`;
    }),
    ...all.flatMap(({ chain, address }) => [
      `-A ${chain} -s ${address}/32 -j KUBE-MARK-MASQ`,
      `-A ${chain} -p tcp -m recent --set --name ${chain} --mask 255.255.255.255 --rsource -m tcp -j DNAT --to-destination ${address}:8080`,
    ]),
    '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
    '-A POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE',
  ];
  return captureNode(saveText({ nat }), 'IPv4');
}

const GONE = ' if "chain nat/KUBE-SEP-B, which is not there" changes nothing';
const FROM = 'packets to default/web (10.96.0.1:80/TCP) from';

describe('session affinity', () => {
  it('is the same as itself', () => {
    expect(told((rule) => rule)).toEqual(['the same becomes of every packet']);
  });

  it('may last for another time', () => {
    expect(told((rule) => rule.replace('10800', '3600'))).toEqual([
      `${FROM} outside the cluster, sent to 10.244.1.5:8080 3601 seconds before: ` +
        '10.244.1.5:8080 gets all before, 1/2 now; 10.244.1.6:8080 gets none before, 1/2 now',
      `${FROM} outside the cluster, sent to 10.244.1.5:8080 3601 seconds before, sent to 10.244.1.6:8080 before: ` +
        'sent to 10.244.1.5:8080 before, sent to 10.244.1.6:8080 now',
      '',
      '2 differences, in packets to 1 service port',
    ]);
  });

  it('may not be noted any more', () => {
    const set = '-m recent --set --name KUBE-SEP-B --mask 255.255.255.255 --rsource ';
    expect(told((rule) => rule.replace(set, ''))).toEqual([
      `${FROM} outside the cluster and pods: the client is remembered before, not remembered now`,
      '',
      '1 difference, in packets to 1 service port',
    ]);
  });

  it('may lead to a chain that is gone', () => {
    expect(told((rule) => (rule.startsWith('-A KUBE-SEP-B') ? undefined : rule))).toEqual([
      `${FROM} outside the cluster and pods: sent to 10.244.1.5:8080 or 10.244.1.6:8080 before, ` +
        `1/2 sent to 10.244.1.6:8080, 1/2 sent to 10.244.1.6:8080${GONE} now`,
      `${FROM} outside the cluster, sent to 10.244.1.5:8080 before: sent to 10.244.1.5:8080 before, ` +
        `1/2 sent to 10.244.1.6:8080${GONE}, 1/2 sent to 10.244.1.6:8080${GONE} now`,
      `${FROM} outside the cluster, sent to 10.244.1.5:8080 before, sent to 10.244.1.6:8080 before: ` +
        `sent to 10.244.1.5:8080 before, sent to 10.244.1.6:8080${GONE} now`,
      '',
      '3 differences, in packets to 1 service port',
    ]);
  });

  it('may last for another time for many endpoints', () => {
    const [before, now] = [serviceWith(300, 10800), serviceWith(300, 3600)];
    const { classes } = compareBehaviour(before, now);
    expect(classes.map(({ from, expected, actual }) => [from, expected.length, actual.length])).toEqual([
      [['outside the cluster, sent to 10.244.1.0:8080 3601 seconds before'], 1, 300],
      [['endpoint 10.244.1.0, sent to 10.244.1.1:8080 3601 seconds before'], 1, 300],
      [
        ['outside the cluster, sent to 10.244.1.0:8080 3601 seconds before, sent to 10.244.1.1:8080 before'],
        1,
        1,
      ],
    ]);
  });

  it('is not called the same when it is not compared to the end', () => {
    const { classes, broken } = compareBehaviour(serviceWith(2, 10800), serviceWith(2, 3600), {
      mostWays: 1,
    });
    expect(classes).toEqual([]);
    expect(broken).toBe(
      'packets to 10.96.0.1:80 were not compared to the end: lists of clients part them in too many ways',
    );
  });
});
