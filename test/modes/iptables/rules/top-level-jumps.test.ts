import { expect, it } from 'vitest';
import { type Version } from '../../../../src/dialect/version.ts';
import { manifest, save } from '../../../helpers/chains.ts';

const NOTHING = manifest('{ clusterIP: None, ports: [{ port: 80 }] }');

/** The jumps of the filter table: chain, target, `new` where only new connections are meant. */
function jumps(version: Version): readonly string[] {
  const text = save({ manifests: NOTHING, version });
  const filter = /^\*filter\n[\s\S]*?^COMMIT$/m.exec(text)?.[0] ?? '';
  return [...filter.matchAll(/^-A (INPUT|FORWARD|OUTPUT)( .*)? -j (\S+)$/gm)].map(
    ([, from, matches = '', to]) => `${from} ${to}${matches.includes('--ctstate NEW') ? ' new' : ''}`,
  );
}

it.each<[Version, readonly string[]]>([
  ['1.1', []],
  ['1.2', ['OUTPUT KUBE-SERVICES']],
  ['1.3', ['INPUT KUBE-FIREWALL', 'OUTPUT KUBE-SERVICES', 'OUTPUT KUBE-FIREWALL']],
  ['1.6', ['INPUT KUBE-SERVICES', 'INPUT KUBE-FIREWALL', 'OUTPUT KUBE-SERVICES', 'OUTPUT KUBE-FIREWALL']],
  [
    '1.9',
    [
      'INPUT KUBE-SERVICES',
      'INPUT KUBE-FIREWALL',
      'FORWARD KUBE-FORWARD',
      'OUTPUT KUBE-SERVICES',
      'OUTPUT KUBE-FIREWALL',
    ],
  ],
  [
    '1.11',
    [
      'INPUT KUBE-EXTERNAL-SERVICES new',
      'INPUT KUBE-FIREWALL',
      'FORWARD KUBE-FORWARD',
      'OUTPUT KUBE-SERVICES new',
      'OUTPUT KUBE-FIREWALL',
    ],
  ],
  [
    '1.19',
    [
      'INPUT KUBE-SERVICES new',
      'INPUT KUBE-EXTERNAL-SERVICES new',
      'INPUT KUBE-FIREWALL',
      'FORWARD KUBE-FORWARD',
      'FORWARD KUBE-SERVICES new',
      'OUTPUT KUBE-SERVICES new',
      'OUTPUT KUBE-FIREWALL',
    ],
  ],
  [
    '1.36',
    [
      'INPUT KUBE-FIREWALL',
      'INPUT KUBE-PROXY-FIREWALL new',
      'INPUT KUBE-NODEPORTS',
      'INPUT KUBE-EXTERNAL-SERVICES new',
      'FORWARD KUBE-PROXY-FIREWALL new',
      'FORWARD KUBE-FORWARD',
      'FORWARD KUBE-SERVICES new',
      'FORWARD KUBE-EXTERNAL-SERVICES new',
      'OUTPUT KUBE-FIREWALL',
      'OUTPUT KUBE-PROXY-FIREWALL new',
      'OUTPUT KUBE-SERVICES new',
    ],
  ],
])('the jumps from built-in chains of filter in %s', (version, expected) => {
  expect(jumps(version)).toEqual(expected);
});
