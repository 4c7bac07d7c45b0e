import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';

const ROOT = join(import.meta.dirname, '../..');
const MANIFESTS = join(ROOT, 'fixtures/oracle/12-nodeport-local-with-local-endpoint');
const WEB = [
  ...['compile', '-f', join(MANIFESTS, 'manifests.yaml'), '--kube-proxy-version', '1.36'],
  ...['--proxy-mode', 'ipvs', '--node-name', 'node-1', '--node-address', '192.168.0.2'],
] as const;
const PARTS = ['iptables', 'ipset', 'ipvs', 'addresses'] as const;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-ipvs-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const printed = async (...options: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await run([...WEB, ...options]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};

describe('svc2ipt compile --proxy-mode ipvs', () => {
  it('prints virtual servers as ipvsadm does, and addresses', async () => {
    expect(await printed('--part', 'addresses', '--part', 'ipvs')).toBe(`\
-A -t 10.96.0.27:80 -s rr
-a -t 10.96.0.27:80 -r 10.244.1.10:80 -m -w 1
-a -t 10.96.0.27:80 -r 10.244.1.11:80 -m -w 1
-a -t 10.96.0.27:80 -r 10.244.2.10:80 -m -w 1
-A -t 192.168.0.2:30101 -s rr
-a -t 192.168.0.2:30101 -r 10.244.1.10:80 -m -w 1
-a -t 192.168.0.2:30101 -r 10.244.1.11:80 -m -w 1
inet 10.96.0.27/32
`);
  });

  it('prints the rules alone when no part is asked for', async () => {
    const rules = await printed();
    expect(rules).toBe(await printed('--part', 'iptables'));
    expect(rules.split('\n')[0]).toBe('*filter');
  });

  it('has rules in a form that loads beside those of others', async () => {
    const lines = (await printed('--format', 'restore')).split('\n');
    expect(lines).toContain(
      '-I INPUT -m comment --comment "kubernetes health check rules" -j KUBE-NODE-PORT',
    );
    expect(lines.some((line) => line.startsWith(':INPUT'))).toBe(false);
  });

  it('makes a folder with a file of each part', async () => {
    const path = join(folder, 'new');
    expect(await printed('-o', `${path}/`)).toBe('');
    expect(readdirSync(path).sort()).toEqual([...PARTS].sort());
    for (const part of PARTS)
      expect(readFileSync(join(path, part), 'utf8')).toBe(await printed('--part', part));
    expect(readdirSync(folder)).toEqual(['new']);
  });

  it('replaces files of a folder that is there, and leaves others alone', async () => {
    const path = join(folder, 'there');
    mkdirSync(path);
    writeFileSync(join(path, 'ipvs'), 'old');
    writeFileSync(join(path, 'notes'), 'mine');
    await printed('-o', path, '--part', 'ipvs', '--part', 'ipset');
    expect(readdirSync(path).sort()).toEqual(['ipset', 'ipvs', 'notes']);
    expect(readFileSync(join(path, 'ipvs'), 'utf8')).toBe(await printed('--part', 'ipvs'));
  });

  it('writes nothing when the folder cannot be made, or the input is bad', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'mine');
    const { code, stderr } = await run([...WEB, '-o', `${file}/inner/`]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `svc2ipt: error: ${file}/inner/iptables: a part of the path is no directory [file-unwritable]\n`,
    });
    rmSync(file);
    const path = join(folder, 'bad');
    expect((await run([...WEB, '--ipvs-scheduler', 'lcc', '-o', `${path}/`])).code).toBe(2);
    expect(existsSync(path)).toBe(false);
  });

  it('leaves nothing half-written when a file of the folder is in the way', async () => {
    const path = join(folder, 'blocked');
    mkdirSync(join(path, 'ipvs/inner'), { recursive: true });
    expect((await run([...WEB, '-o', path, '--part', 'ipvs'])).code).toBe(2);
    expect(readdirSync(path)).toEqual(['ipvs']);
  });

  it('writes one file where the path is no folder', async () => {
    const file = join(folder, 'all.save');
    await printed('-o', file, '--part', 'ipset');
    expect(readFileSync(file, 'utf8')).toBe(await printed('--part', 'ipset'));
  });

  it('compares with the files of a folder', async () => {
    const path = join(folder, 'golden');
    await printed('-o', `${path}/`);
    expect(await printed('--check', path)).toBe('');
    writeFileSync(join(path, 'addresses'), 'inet 10.96.0.28/32\n');
    rmSync(join(path, 'iptables'));
    const differing = await run([...WEB, '--check', path, '--part', 'addresses', '--part', 'ipvs']);
    expect(differing).toEqual({
      code: 1,
      stderr: '',
      stdout: `--- ${path}/addresses\n+++ compiled\n@@ -1,1 +1,1 @@\n-inet 10.96.0.28/32\n+inet 10.96.0.27/32\n`,
    });
    const { code, stderr } = await run([...WEB, '--check', path]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `svc2ipt: error: ${path}/iptables: no such file or directory [file-unreadable]\n`,
    });
  });

  it.each([
    [['-t', 'nat'], '-t: the output of mode ipvs has parts, not tables: choose with --part [usage]'],
    [['--part', 'nat'], '--part nat: mode ipvs has iptables, ipset, ipvs and addresses [usage]'],
    [['--format', 'json'], '--format json: mode ipvs has save, restore [usage]'],
    [
      ['--proxy-mode', 'nftables', '--part', 'ipvs'],
      '--part: the output of mode nftables has no parts of several kinds; mode ipvs has [usage]',
    ],
    [
      ['--kube-proxy-version', '1.7'],
      '--proxy-mode: kube-proxy 1.7 has no mode "ipvs" and takes iptables instead; 1.8 is the first to have it [mode-unsupported]',
    ],
    [
      ['--kube-proxy-version', '1.9', '--feature-gates', 'SupportIPVSProxyMode=false'],
      '--proxy-mode: kube-proxy 1.9 takes iptables instead of mode "ipvs" with feature gate SupportIPVSProxyMode off [mode-unsupported]',
    ],
    ...(
      [
        [
          '1.19',
          'Linux has no scheduler "lcc": kube-proxy 1.19 starts and makes no virtual server; did you mean lc?',
        ],
        [
          '1.25',
          'IPVS proxier will not be used because the following required kernel modules are not loaded: [ip_vs_lcc]: kube-proxy 1.25 falls back to mode iptables; did you mean lc?',
        ],
        [
          '1.26',
          "can't use the IPVS proxier: IPVS proxier will not be used because the following required kernel modules are not loaded: [ip_vs_lcc]; did you mean lc?",
        ],
        [
          '1.27',
          'can\'t use the IPVS proxier: no such file or directory: Linux has no scheduler "lcc"; did you mean lc?',
        ],
      ] as const
    ).map(([version, message]): [readonly string[], string] => [
      ['--kube-proxy-version', version, '--ipvs-scheduler', 'lcc'],
      `--ipvs-scheduler: ${message} [flag-invalid]`,
    ]),
    [
      ['--ipvs-scheduler', 'weighted'],
      `--ipvs-scheduler: can't use the IPVS proxier: no such file or directory: Linux has no scheduler "weighted"; Linux has rr, wrr, lc, wlc, fo, ovf, lblc, lblcr, dh, sh, mh, sed, nq, twos [flag-invalid]`,
    ],
    [
      ['--ipvs-exclude-cidrs', '10.0.0.0/33'],
      '--ipvs-exclude-cidrs[0]: Invalid value: "10.0.0.0/33": must be a valid CIDR [flag-invalid]',
    ],
  ] as readonly (readonly [readonly string[], string])[])('%j is refused', async (options, message) => {
    expect(await run([...WEB, ...options])).toEqual({
      code: 2,
      stdout: '',
      stderr: `svc2ipt: error: ${message}\n`,
    });
  });

  it.each([
    ['old-kinds', '1.8', 'default/closed', 'for source ranges of a load balancer this release asks for `-m TCP`, which iptables does not know'],
    ['old-ipv6', '1.10', 'default/here', 'this release makes sets of IPv4, which rules of IPv6 cannot name'],
    ['old-ipv6', '1.12', 'default/here', 'this release makes sets of IPv4, which rules of IPv6 cannot name'],
  ])('warns where no rule can be loaded: %s in %s', async (name, version, service, why) => {
    const folderOf = join(ROOT, 'fixtures/history-cases-ipvs', name);
    const { code, stderr } = await run([
      ...['compile', '-f', join(folderOf, 'manifests.yaml'), '--config', join(folderOf, 'kube-proxy.yaml')],
      ...['--kube-proxy-version', version, '--feature-gates', 'SupportIPVSProxyMode=true'],
      ...['--ip-family', name === 'old-ipv6' ? 'ipv6' : 'ipv4'],
    ]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `svc2ipt: warning: Service ${service}: iptables-restore refuses what kube-proxy writes, and the node gets no rules: ${why} [iptables-refuses]\n`,
    });
  }); // prettier-ignore
});
