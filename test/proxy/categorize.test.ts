import { describe, expect, it } from 'vitest';
import { type Version } from '../../src/dialect/version.ts';
import { categorizeEndpoints, type EndpointPolicy } from '../../src/proxy/categorize.ts';
import { type EndpointSets, type ProxyEndpoint } from '../../src/proxy/state.ts';
import { featuresWith, endpointOf, serviceOf, settingsAt } from '../helpers/proxy.ts';

const here = endpointOf('here', { local: true });
const there = endpointOf('there');
const endingHere = endpointOf('ending-here', { local: true, ready: false, terminating: true });
const endingThere = endpointOf('ending-there', { ready: false, terminating: true });
const gone = endpointOf('gone', { ready: false, serving: false, terminating: true });
const unready = endpointOf('unready', { local: true, ready: false });

const CLUSTER: EndpointPolicy = {
  externalPolicyLocal: false,
  internalPolicyLocal: false,
  externallyAccessible: true,
};
const EXTERNAL_LOCAL: EndpointPolicy = { ...CLUSTER, externalPolicyLocal: true };
const INTERNAL_LOCAL: EndpointPolicy = { ...CLUSTER, internalPolicyLocal: true, externallyAccessible: false };
const BOTH_LOCAL: EndpointPolicy = { ...CLUSTER, internalPolicyLocal: true, externalPolicyLocal: true };

function sets(version: Version, policy: EndpointPolicy, endpoints: readonly ProxyEndpoint[]): EndpointSets {
  const settings = settingsAt(version);
  return categorizeEndpoints(serviceOf(), policy, endpoints, settings, featuresWith(version, settings));
}

/** `cluster | local | reachable`, and whether any is usable. */
function words({ cluster, local, reachable, usable }: EndpointSets): string {
  const names = [cluster, local, reachable].map((some) => some.map(({ ip }) => ip).join(' '));
  return `${names.join(' | ')}${usable ? '' : ' (unusable)'}`;
}

describe('with one chain per traffic policy', () => {
  it.each([
    ['no policy takes all', CLUSTER, [here, there], 'here there |  | here there'],
    ['not ready ones do not count', CLUSTER, [unready, there], 'there |  | there'],
    ['terminating ones only when no other is left', CLUSTER, [endingHere, there], 'there |  | there'],
    [
      'all terminating',
      CLUSTER,
      [endingHere, endingThere],
      'ending-here ending-there |  | ending-here ending-there',
    ],
    ['what no longer serves is nothing', CLUSTER, [gone], ' |  |  (unusable)'],
    ['nothing at all', CLUSTER, [], ' |  |  (unusable)'],
    ['external Local has both', EXTERNAL_LOCAL, [here, there], 'here there | here | here there'],
    ['external Local without local ones', EXTERNAL_LOCAL, [there], 'there |  | there'],
    [
      'each policy falls back alone',
      EXTERNAL_LOCAL,
      [endingHere, there],
      'there | ending-here | ending-here there',
    ],
    ['internal Local alone', INTERNAL_LOCAL, [here, there], ' | here | here'],
    ['internal Local without local ones is still usable', INTERNAL_LOCAL, [there], ' |  | '],
    ['both Local keep the short cuts for pods', BOTH_LOCAL, [here, there], 'here there | here | here there'],
  ])('%s', (_, policy, endpoints, expected) => {
    expect(words(sets('1.36', policy, endpoints))).toBe(expected);
  });

  it('leaves terminating ones alone before their gate', () => {
    expect(words(sets('1.25', CLUSTER, [endingHere]))).toBe(' |  |  (unusable)');
  });
});

describe('with KUBE-XLB beside KUBE-SVC', () => {
  it.each([
    ['no policy takes all', CLUSTER, [here, there], 'here there |  | here there'],
    ['external Local has both', EXTERNAL_LOCAL, [here, there], 'here there | here | here there'],
    ['external Local without local ones', EXTERNAL_LOCAL, [there], 'there |  | there'],
    ['external Local without any', EXTERNAL_LOCAL, [unready], ' |  |  (unusable)'],
    ['internal Local takes the place of all', INTERNAL_LOCAL, [here, there], 'here |  | here'],
    ['internal Local without local ones has none', INTERNAL_LOCAL, [there], ' |  |  (unusable)'],
  ])('%s', (_, policy, endpoints, expected) => {
    expect(words(sets('1.22', policy, endpoints))).toBe(expected);
  });

  it('uses terminating ones for external Local alone, with the gate', () => {
    const settings = settingsAt('1.22', { gates: new Set(['ProxyTerminatingEndpoints']) });
    const at = (policy: EndpointPolicy): string =>
      words(categorizeEndpoints(serviceOf(), policy, [endingHere], settings, featuresWith('1.22', settings)));
    expect(at(EXTERNAL_LOCAL)).toBe(' | ending-here | ending-here');
    expect(at(CLUSTER)).toBe(' |  |  (unusable)');
  });

  it('takes Endpoints as they are, whatever the internal policy', () => {
    const settings = settingsAt('1.21', { gates: new Set(['ServiceInternalTrafficPolicy']) });
    const kept = categorizeEndpoints(
      serviceOf(),
      INTERNAL_LOCAL,
      [here, there],
      settings,
      featuresWith('1.21', settings),
    );
    expect(words(kept)).toBe('here there |  | here there');
  });
});
