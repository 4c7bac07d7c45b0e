import { describe, expect, it } from 'vitest';
import { type Version } from '../../src/dialect/version.ts';
import { type Service } from '../../src/manifest/types.ts';
import { isExternalPolicyLocal } from '../../src/proxy/external-policy.ts';
import { featuresWith, serviceOf, settingsAt, settingsOf } from '../helpers/proxy.ts';

const ALPHA = 'service.alpha.kubernetes.io/external-traffic';
const BETA = 'service.beta.kubernetes.io/external-traffic';
const GATE = new Set(['AllowExtTrafficLocalEndpoints']);

type Spec = Partial<Service['spec']>;
const NODE_PORT: Spec = { type: 'NodePort' };
const LOCAL: Spec = { type: 'NodePort', externalTrafficPolicy: 'Local' };
const CLUSTER_IP: Spec = { type: 'ClusterIP', externalTrafficPolicy: 'Local', externalIPs: ['192.0.2.1'] };

describe('external traffic stays on the node', () => {
  it.each<[string, Version, Spec, Readonly<Record<string, string>>, boolean]>([
    ['nowhere before there was a way to ask', '1.3', LOCAL, { [ALPHA]: 'OnlyLocal' }, false],
    ['not while its gate is off', '1.4', NODE_PORT, { [ALPHA]: 'OnlyLocal' }, false],
    ['by the alpha annotation', '1.5', NODE_PORT, { [ALPHA]: 'OnlyLocal' }, true],
    ['by the beta annotation', '1.5', NODE_PORT, { [BETA]: 'OnlyLocal' }, true],
    ['the alpha annotation goes first', '1.6', NODE_PORT, { [ALPHA]: 'Global', [BETA]: 'OnlyLocal' }, false],
    ['nonsense is passed over', '1.6', NODE_PORT, { [ALPHA]: 'Local', [BETA]: 'OnlyLocal' }, true],
    ['not by a field that nobody knew', '1.6', LOCAL, {}, false],
    ['by the field', '1.7', LOCAL, {}, true],
    ['the beta annotation overrules the field', '1.7', LOCAL, { [BETA]: 'Global' }, false],
    ['even with nonsense', '1.7', LOCAL, { [BETA]: 'Local' }, false],
    ['the alpha annotation is forgotten', '1.7', NODE_PORT, { [ALPHA]: 'OnlyLocal' }, false],
    ['annotations are forgotten', '1.8', NODE_PORT, { [BETA]: 'OnlyLocal' }, false],
    ['by the field without a gate', '1.10', LOCAL, {}, true],
    ['not for type ClusterIP', '1.28', CLUSTER_IP, {}, false],
    ['for type ClusterIP with external IPs', '1.29', CLUSTER_IP, {}, true],
    ['not without external IPs', '1.29', { ...CLUSTER_IP, externalIPs: [] }, {}, false],
    ['not for policy Cluster', '1.36', NODE_PORT, {}, false],
  ])('%s: %s', (_, version, spec, annotations, expected) => {
    const service = serviceOf(spec, annotations);
    expect(isExternalPolicyLocal(service, featuresWith(version, settingsAt(version)))).toBe(expected);
  });

  it('by the alpha annotation on any Service, when the gate is put on', () => {
    const service = serviceOf({ type: 'ClusterIP' }, { [ALPHA]: 'OnlyLocal' });
    const on = settingsOf({ gates: GATE });
    expect(isExternalPolicyLocal(service, featuresWith('1.4', on))).toBe(true);
    expect(isExternalPolicyLocal(service, featuresWith('1.5', on))).toBe(false);
  });
});
