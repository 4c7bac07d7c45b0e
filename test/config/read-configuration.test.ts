/** What is told of a configuration file whose values are not of the right form. */
import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../src/config/read-configuration.ts';
import { type Version } from '../../src/dialect/version.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';

const HEAD = 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n';

const told = (text: string, version: Version = '1.36'): readonly string[] =>
  readConfiguration({ name: 'f', text }, version).problems.map((problem) =>
    formatDiagnostic(problem).replace('KubeProxyConfiguration: ', ''),
  );

describe('a value', () => {
  it.each<readonly [string, readonly string[]]>([
    ['mode: [iptables]', ['f:3:7: error: mode: must be a string, not a list [config-invalid]']],
    ['mode: {a: 1}', ['f:3:7: error: mode: must be a string, not an object [config-invalid]']],
    [
      `bindAddress: ${'1'.repeat(80)}`,
      ['f:3:14: error: bindAddress: must be a string, not 1.1111111111111111e+79 [config-invalid]'],
    ],
    ['iptables: 5', ['f:3:11: error: iptables: must be an object, not 5 [config-invalid]']],
    [
      'iptables: {masqueradeBit: .inf}',
      ['f:3:27: error: .inf is not a number in JSON; put it in quotes if it is text [yaml-syntax]'],
    ],
    [
      'iptables: {masqueradeBit: 1.5}',
      ['f:3:27: error: iptables.masqueradeBit: must be a whole number of 32 bits, not 1.5 [config-invalid]'],
    ],
    [
      'iptables: {masqueradeAll: "yes"}',
      ['f:3:27: error: iptables.masqueradeAll: must be true or false, not "yes" [config-invalid]'],
    ],
    [
      'nodePortAddresses: 10.0.0.0/8',
      ['f:3:20: error: nodePortAddresses: must be a list of strings, not "10.0.0.0/8" [config-invalid]'],
    ],
    [
      'nodePortAddresses: [10]',
      ['f:3:21: error: nodePortAddresses[0]: must be a string, not 10 [config-invalid]'],
    ],
    [
      'featureGates: {A: 1}',
      ['f:3:19: error: featureGates.A: must be true or false, not 1 [config-invalid]'],
    ],
    [
      'featureGates: [A]',
      [
        'f:3:15: error: featureGates: must be an object of feature gates and true or false, not a list [config-invalid]',
      ],
    ],
    [
      'iptables: {syncPeriod: soon}',
      ['f:3:24: error: iptables.syncPeriod: must be a duration such as "30s", not "soon" [config-invalid]'],
    ],
    [
      'oomScoreAdj: many',
      ['f:3:14: error: oomScoreAdj: must be a whole number of 32 bits, not "many" [config-invalid]'],
    ],
    [
      'clusterCIRD: 10.0.0.0/8',
      [
        'f:3:14: warning: clusterCIRD: unknown field, ignored; did you mean "clusterCIDR"? [config-unknown-field]',
      ],
    ],
    ['a.b: 1', ['f:3:6: warning: [a.b]: unknown field, ignored [config-unknown-field]']],
    ['mode: null', []],
  ])('%s', (field, messages) => {
    expect(told(`${HEAD}${field}\n`)).toEqual(messages);
  });
});

describe('a field of another release', () => {
  it.each<readonly [Version, string, readonly string[]]>([
    [
      '1.20',
      'detectLocal: {bridgeInterface: br0}',
      [
        'f:3:32: warning: detectLocal.bridgeInterface: kube-proxy 1.20 does not know this field and ignores it (known from 1.24 on) [config-ignored-field]',
      ],
    ],
    [
      '1.36',
      'udpIdleTimeout: 1s',
      [
        'f:3:17: warning: udpIdleTimeout: kube-proxy 1.36 does not know this field and ignores it (gone since 1.26) [config-ignored-field]',
      ],
    ],
    [
      '1.20',
      'detectLocal: {bridgeInterface: 5}',
      [
        'f:3:32: warning: detectLocal.bridgeInterface: kube-proxy 1.20 does not know this field and ignores it (known from 1.24 on) [config-ignored-field]',
      ],
    ],
  ])('%s: %s', (version, field, messages) => {
    expect(told(`${HEAD}${field}\n`, version)).toEqual(messages);
  });
});

describe('a file of something else', () => {
  it.each<readonly [string, readonly string[]]>([
    [
      '[]',
      [
        'f:1:1: error: expected an object with apiVersion and kind, not a list; put the objects under the items of a List [not-an-object]',
      ],
    ],
    ['', ['f:1:1: error: the file holds no KubeProxyConfiguration [config-invalid]']],
    ['5', ['f:1:1: error: expected an object with apiVersion and kind, not a number [not-an-object]']],
    ['{}', ['f:1:1: error: the object has no apiVersion and no kind [not-an-object]']],
    [
      'kind: ConfigMap\ndata: {config.conf: ""}',
      ['f:1:1: error: the ConfigMap has no apiVersion [not-an-object]'],
    ],
    [
      `apiVersion: v1\nkind: ${'K'.repeat(80)}`,
      [
        'f:2:7: error: kind: must be "KubeProxyConfiguration", not "KKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKK... [config-invalid]',
        'f:1:13: error: apiVersion: must be "kubeproxy.config.k8s.io/v1alpha1", not "v1" [config-invalid]',
      ],
    ],
    [`${HEAD}---\n${HEAD}`, ['f:4:1: error: a second object; the file must hold one [config-invalid]']],
  ])('%j', (text, messages) => {
    expect(told(text)).toEqual(messages);
  });
});
