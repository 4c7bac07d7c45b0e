import { describe, expect, it } from 'vitest';
import { FEATURE_GATE_TABLE } from '../../src/dialect/feature-gate-table.ts';
import {
  GATE_NAMES,
  gateAt,
  gatesInForce,
  type GateState,
  knownGates,
  versionsKnowing,
} from '../../src/dialect/feature-gates.ts';
import { HISTORY } from '../../src/dialect/history.ts';
import { type Row } from '../../src/dialect/rows.ts';
import { rankOf, type Version, VERSIONS } from '../../src/dialect/version.ts';

/** `b+`, `g+!`: the spelling of the table. */
function spell(state: GateState | undefined): string {
  if (state === undefined) return 'x';
  const stage = state.stage.slice(0, 1);
  return stage + (state.onByDefault ? '+' : '-') + (state.locked ? '!' : '');
}

/** The releases at which a gate changes, spelled as the table spells them. */
function historyOf(gate: string): string {
  let previous = 'x';
  const changes: string[] = [];
  for (const version of VERSIONS) {
    const state = spell(gateAt(gate, version));
    if (state !== previous) changes.push(`${version}:${state}`);
    previous = state;
  }
  return changes.join(' ');
}

describe('gates that decide rules stand as in kube-proxy', () => {
  it.each([
    ['SCTPSupport', '1.12:a- 1.19:b+ 1.20:g+! 1.22:x'],
    ['EndpointSlice', '1.16:a- 1.17:b- 1.18:b+ 1.21:g+! 1.25:x'],
    ['EndpointSliceProxying', '1.18:a- 1.19:b+ 1.22:g+! 1.25:x'],
    ['ServiceTopology', '1.17:a- 1.22:x'],
    ['IPv6DualStack', '1.15:a- 1.21:b+ 1.23:g+! 1.25:x'],
    ['ExternalPolicyForExternalIP', '1.18:g- 1.19:g+ 1.20:g+! 1.22:x'],
    ['EndpointSliceTerminatingCondition', '1.20:a- 1.22:b+ 1.26:g+! 1.28:x'],
    ['ServiceLBNodePortControl', '1.20:a- 1.22:b+ 1.24:g+! 1.26:x'],
    ['ServiceInternalTrafficPolicy', '1.21:a- 1.22:b+ 1.26:g+! 1.28:x'],
    ['TopologyAwareHints', '1.21:a- 1.23:b- 1.24:b+ 1.33:g+! 1.36:x'],
    ['ProxyTerminatingEndpoints', '1.22:a- 1.26:b+ 1.28:g+! 1.30:x'],
    ['MinimizeIPTablesRestore', '1.26:a- 1.27:b+ 1.28:g+! 1.30:x'],
    ['LoadBalancerIPMode', '1.29:a- 1.30:b+ 1.32:g+! 1.35:x'],
    ['ServiceTrafficDistribution', '1.30:a- 1.31:b+ 1.33:g+! 1.36:x'],
    ['PreferSameTrafficDistribution', '1.33:a- 1.34:b+ 1.35:g+!'],
    ['AllowServiceExternalIPs', '1.36:g+'],
    ['NFTablesProxyMode', '1.29:a- 1.31:b+ 1.33:g+!'],
    ['KubeProxyIPVS', '1.37:d+'],
    ['KubeProxyNFTablesLocalhostNodePorts', '1.37:a-'],
  ])('%s', (gate, history) => {
    expect(historyOf(gate)).toBe(history);
  });
});

describe('the table', () => {
  it.each(FEATURE_GATE_TABLE.split('\n'))('%s is read as written', (row) => {
    const gate = row.split(' ')[0] ?? '';
    expect(`${gate} ${historyOf(gate).replaceAll(/(?<!\d)1\.(\d+):/g, '$1')}`).toBe(row);
  });

  it('names each gate once', () => {
    expect(GATE_NAMES).toHaveLength(FEATURE_GATE_TABLE.split('\n').length);
  });

  it.each(GATE_NAMES)('%s comes and goes once', (gate) => {
    const known = versionsKnowing(gate).map(rankOf);
    expect(known).toEqual(known.map((_, index) => (known[0] ?? 0) + index));
  });

  it('holds as many gates at each release as the binary registered, as far as a binary was at hand', () => {
    const counts = VERSIONS.slice(0, rankOf('1.37')).map(
      (version) => [version, knownGates(version).size] as const,
    );
    expect(Object.fromEntries(counts)).toEqual({
      '1.1': 0,
      '1.2': 0,
      '1.3': 0,
      '1.4': 5,
      '1.5': 7,
      '1.6': 11,
      '1.7': 17,
      '1.8': 29,
      '1.9': 37,
      '1.10': 46,
      '1.11': 58,
      '1.12': 66,
      '1.13': 69,
      '1.14': 80,
      '1.15': 91,
      '1.16': 95,
      '1.17': 100,
      '1.18': 101,
      '1.19': 107,
      '1.20': 119,
      '1.21': 125,
      '1.22': 129,
      '1.23': 140,
      '1.24': 139,
      '1.25': 138,
      '1.26': 143,
      '1.27': 147,
      '1.28': 152,
      '1.29': 160,
      '1.30': 168,
      '1.31': 169,
      '1.32': 181,
      '1.33': 191,
      '1.34': 208,
      '1.35': 218,
      '1.36': 241,
    });
  });

  it('holds the gates that the rules ask for, at the releases that ask', () => {
    const missing = Object.values<readonly Row<unknown>[]>(HISTORY).flatMap((rows) =>
      rows.flatMap(({ since, value }) => {
        const isGated = typeof value === 'object' && value !== null && 'gate' in value;
        return isGated && gateAt(String(value.gate), since) === undefined
          ? [`${since} ${String(value.gate)}`]
          : [];
      }),
    );
    expect(missing).toEqual([]);
  });
});

describe('gates in force', () => {
  const choose = (version: Version, chosen: Readonly<Record<string, boolean>>) =>
    gatesInForce(version, new Map(Object.entries(chosen)));

  it('are the defaults where nothing is chosen', () => {
    const { gates, refusals } = choose('1.22', {});
    const onByDefault = [...knownGates('1.22')]
      .filter(([, state]) => state.onByDefault)
      .map(([gate]) => gate);
    expect(gates).toEqual(new Set(onByDefault));
    expect(refusals).toEqual([]);
  });

  it('follow the choice', () => {
    const { gates } = choose('1.22', {
      ProxyTerminatingEndpoints: true,
      ServiceInternalTrafficPolicy: false,
    });
    expect(gates).toContain('ProxyTerminatingEndpoints');
    expect(gates).not.toContain('ServiceInternalTrafficPolicy');
  });

  it('follow AllAlpha and AllBeta where they are not chosen themselves', () => {
    const { gates } = choose('1.22', {
      AllAlpha: true,
      ProxyTerminatingEndpoints: false,
      AllBeta: false,
      ServiceLBNodePortControl: true,
    });
    expect(gates).not.toContain('ProxyTerminatingEndpoints');
    expect(gates).toContain('MemoryQoS');
    expect(gates).not.toContain('ServiceInternalTrafficPolicy');
    expect(gates).toContain('ServiceLBNodePortControl');
    expect(gates).toContain('EndpointSliceProxying');
  });

  it('may be told what is locked anyway', () => {
    expect(choose('1.36', { PreferSameTrafficDistribution: true }).refusals).toEqual([]);
  });

  it.each<[Version, Readonly<Record<string, boolean>>, readonly string[]]>([
    ['1.36', { NoSuchGate: true }, ['unrecognized feature gate: NoSuchGate']],
    ['1.21', { ProxyTerminatingEndpoints: true }, ['unrecognized feature gate: ProxyTerminatingEndpoints']],
    ['1.16', { AllBeta: true }, ['unrecognized feature gate: AllBeta']],
    ['1.25', { EndpointSliceProxying: true }, ['unrecognized feature gate: EndpointSliceProxying']],
    [
      '1.36',
      { constructor: true, __proto__2: true },
      ['unrecognized feature gate: constructor', 'unrecognized feature gate: __proto__2'],
    ],
    [
      '1.20',
      { SCTPSupport: false },
      ['cannot set feature gate SCTPSupport to false, feature is locked to true'],
    ],
  ])('%s refuses %o', (version, chosen, messages) => {
    const { gates, refusals } = choose(version, chosen);
    expect(refusals.map(({ message }) => message)).toEqual(messages);
    expect(gates).toEqual(choose(version, {}).gates);
  });
});
