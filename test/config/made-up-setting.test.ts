/** One row makes a setting: a row that no release has is added to the table, and everything about it must follow. */
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { chooseSettings } from '../../src/config/choose-settings.ts';
import { givenSettings } from '../../src/config/given-settings.ts';
import { type KubeProxyFlags } from '../../src/config/kube-proxy-flags.ts';
import { readConfiguration } from '../../src/config/read-configuration.ts';
import { type Setting } from '../../src/config/setting.ts';
import { type FlagsOf } from '../../src/dialect/settings.ts';
import { type Version } from '../../src/dialect/version.ts';
import { type ProxyMode } from '../../src/proxy/settings.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { run } from '../helpers/cli.ts';
import { HEADER, resolve } from './settings.ts';

const { ROWS } = vi.hoisted(() => ({
  ROWS: {
    'iptables.burst': {
      type: 'integer',
      since: '1.20',
      until: '1.35',
      modes: ['iptables', 'ipvs'],
      limits: { least: 1, most: 9, must: 'must be within the range [1, 9]' },
      flag: '--iptables-burst',
      argument: '<count>',
      name: 'burst',
      help: 'how many at once',
      decides: ['burst'],
    },
    'nftables.burst': {
      type: 'integer',
      since: '1.29',
      modes: ['nftables'],
      setBy: { name: 'burst', since: '1.31' },
      decides: ['burst'],
    },
    'iptables.pause': {
      type: 'duration',
      flag: '--iptables-pause',
      argument: '<time>',
      name: 'pause',
      help: 'how long',
    },
  } as const,
}));

vi.mock(import('../../src/dialect/setting-table.ts'), async (original) => {
  const table = await original();
  return { ...table, SETTINGS: { ...table.SETTINGS, ...ROWS } };
});

const AT = '1.31';
const fileOf = (config: string) => ({ name: 'F', text: HEADER + config });
const flagsOf = (flags: object): KubeProxyFlags => flags;

function choose(flags: object, config = '', version: Version = AT) {
  const file = readConfiguration(fileOf(config), version);
  const { value, problems } = chooseSettings(file.value, flagsOf(flags), version);
  const messages = [...file.problems, ...problems].map(formatDiagnostic);
  const chosen: ReadonlyMap<string, unknown> = new Map(Object.entries(value));
  const at = (path: keyof typeof ROWS): unknown => (chosen.get(path) as Setting<unknown> | undefined)?.value;
  return { messages, at };
}

describe('the command line', () => {
  it('has the flag in its help', async () => {
    const { stdout } = await run(['compile', '--help']);
    expect(stdout).toMatch(/^ {2}--iptables-burst <count> +how many at once$/m);
  });

  it('refuses what is of another type', async () => {
    const { code, stderr } = await run(['diff', '--iptables-burst', 'many']);
    expect([code, stderr]).toEqual([
      2,
      "svc2ipt: error: option '--iptables-burst <count>' argument 'many' is invalid. It is a whole number. [usage]\n(--help tells more)\n",
    ]);
  });

  it('hands the value to the settings', async () => {
    const args = ['compile', '-f', '-', '--kube-proxy-version', '1.31', '--iptables-burst', '10'];
    const { code, stderr } = await run(args, { stdin: '' });
    expect(code).toBe(2);
    expect(stderr).toContain('--iptables-burst: Invalid value: 10: must be within the range [1, 9]');
  });
});

describe('the file', () => {
  it('is read', () => {
    const { at, messages } = choose({}, 'iptables: {burst: 3, pause: 1m}\nnftables: {burst: 4}');
    expect([at('iptables.burst'), at('nftables.burst'), at('iptables.pause')]).toEqual([3, 4, 60e9]);
    expect(messages).toEqual([]);
  });

  it.each<[Version, string, string]>([
    [AT, 'iptables: {burst: many}', 'F:3:19: error: KubeProxyConfiguration: iptables.burst: must be a whole number of 32 bits, not "many" [config-invalid]'],
    [AT, 'iptables: {brust: 1}', 'F:3:19: warning: KubeProxyConfiguration: iptables.brust: unknown field, ignored; did you mean "burst"? [config-unknown-field]'],
    ['1.19', 'iptables: {burst: 1}', 'F:3:19: warning: KubeProxyConfiguration: iptables.burst: kube-proxy 1.19 does not know this field and ignores it (known from 1.20 on) [config-ignored-field]'],
    ['1.35', 'iptables: {burst: 1}', 'F:3:19: warning: KubeProxyConfiguration: iptables.burst: kube-proxy 1.35 does not know this field and ignores it (gone since 1.35) [config-ignored-field]'],
  ])('of kube-proxy %s: %s', (version, config, message) => {
    expect(choose({}, config, version).messages).toEqual([message]);
  }); // prettier-ignore

  it('is held to the limits', () => {
    const { settings, messages } = resolve({ version: AT, config: 'iptables: {burst: 0}' });
    expect(settings).toBeUndefined();
    expect(messages).toEqual([
      'F:3:19: error: KubeProxyConfiguration: iptables.burst: Invalid value: 0: must be within the range [1, 9] [config-invalid]',
    ]);
  });
});

describe('flag and file', () => {
  it('the flag beats the file', () => {
    const { at } = choose({ burst: 5, pause: '2s' }, 'iptables: {burst: 3, pause: 1m}');
    expect([at('iptables.burst'), at('iptables.pause')]).toEqual([5, 2e9]);
  });

  it('a flag may set another field, too, from some release on', () => {
    expect(choose({ burst: 5 }, 'nftables: {burst: 4}').at('nftables.burst')).toBe(5);
    expect(choose({ burst: 5 }, 'nftables: {burst: 4}', '1.30').at('nftables.burst')).toBe(4);
  });

  it.each<[Version, object, string]>([
    ['1.19', { burst: 5 }, 'svc2ipt: error: --iptables-burst: unknown flag: --iptables-burst (kube-proxy 1.19; it works from 1.20 on) [flag-unknown]'],
    ['1.35', { burst: 5 }, 'svc2ipt: error: --iptables-burst: unknown flag: --iptables-burst (kube-proxy 1.35; gone since 1.35) [flag-unknown]'],
    [AT, { pause: 'long' }, 'svc2ipt: error: --iptables-pause: must be a duration such as "30s", not "long" [flag-invalid]'],
  ])('kube-proxy %s refuses %j', (version, flags, message) => {
    expect(choose(flags, '', version).messages).toEqual([message]);
  }); // prettier-ignore
});

describe('given or inferred', () => {
  const isGiven = (flags: object, mode: ProxyMode, version: Version = AT, config?: string): boolean =>
    (
      givenSettings({
        flags: flagsOf(flags),
        version,
        config: config === undefined ? undefined : fileOf(config),
        resolved: { mode },
      }) as ReadonlySet<string>
    ).has('burst');

  it.each<[string, boolean, Parameters<typeof isGiven>]>([
    ['nothing', false, [{}, 'iptables']],
    ['a flag', true, [{ burst: 5 }, 'iptables']],
    ['a file, by its silence', true, [{}, 'iptables', AT, '']],
    ['a flag that sets this mode, too', true, [{ burst: 5 }, 'nftables']],
    ['a flag that does not yet', false, [{ burst: 5 }, 'nftables', '1.30']],
    ['a mode without it', false, [{ burst: 5 }, 'userspace']],
  ])('%s', (_, expected, given) => {
    expect(isGiven(...given)).toBe(expected);
  });
});

it('has types of its own', () => {
  expectTypeOf<FlagsOf<typeof ROWS>>().toEqualTypeOf<{
    readonly burst?: number | undefined;
    readonly pause?: string | undefined;
  }>();
  expectTypeOf<KubeProxyFlags['clusterCIDR']>().toEqualTypeOf<string | undefined>();
  expectTypeOf<KubeProxyFlags['nodePortAddresses']>().toEqualTypeOf<readonly string[] | undefined>();
  // @ts-expect-error a name that no row has
  const misspelt: KubeProxyFlags = { clusterCidr: '10.0.0.0/8' };
  expect(misspelt).toBeDefined();
});
