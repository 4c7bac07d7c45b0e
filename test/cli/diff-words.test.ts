import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';
import { ORACLE } from '../helpers/oracle.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-test-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const RELEASES = '1.31-1.36.iptables.save';
const saveOf = (name: string): string => readFileSync(join(ORACLE, name, 'expected', RELEASES), 'utf8');

/** What is told, without rules and summary. */
async function told(name: string, save: string, ...flags: readonly string[]): Promise<readonly string[]> {
  const live = join(folder, 'live.save');
  writeFileSync(live, save);
  const of = join(ORACLE, name);
  const { stdout } = await run([
    ...['diff', '-f', join(of, 'manifests.yaml'), '--config', join(of, 'kube-proxy.yaml')],
    ...['--node-name', 'node-1', '--live', live, ...flags],
  ]);
  return stdout
    .split('\n')
    .filter((line) => /^(\S+: |note: )/.test(line) && !line.startsWith('note: no kube'));
}

const THREE = '03-clusterip-three-endpoints-httpd';
const SVC = /KUBE-SVC-[A-Z2-7]{16}/.exec(saveOf(THREE))?.[0] ?? '';

describe('what is wrong with a rule is told in words', () => {
  it.each<[string, string, string, string]>([
    [
      'a match that is gone',
      THREE,
      saveOf(THREE).replace(
        '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j',
        '-A KUBE-POSTROUTING -j',
      ),
      'node: the rule for traffic (-> RETURN) in KUBE-POSTROUTING was changed: it does not ask for mark ! 0x4000/0x4000',
    ],
    [
      'a match that is too much',
      THREE,
      saveOf(THREE).replace(`-A KUBE-SERVICES -d`, '-A KUBE-SERVICES -s 10.9.0.0/16 -d'),
      'it also asks for source 10.9.0.0/16',
    ],
    [
      'a rule that somebody put in',
      THREE,
      saveOf(THREE).replace(`-A ${SVC}`, `-A ${SVC} -s 10.1.1.1/32 -j ACCEPT\n-A ${SVC}`),
      `default/httpd-svc: a rule for traffic from 10.1.1.1/32 (-> ACCEPT) in ${SVC} is not kube-proxy's`,
    ],
    [
      'a rule that kube-proxy left',
      THREE,
      saveOf(THREE).replace(
        '-A KUBE-SERVICES -d',
        '-A KUBE-SERVICES -d 10.96.9.9/32 -p tcp -m comment --comment "default/httpd-svc cluster IP" -m tcp --dport 80 ' +
          `-j ${SVC}\n-A KUBE-SERVICES -d`,
      ),
      'default/httpd-svc: a rule for cluster IP 10.96.9.9:80 in KUBE-SERVICES is stale: kube-proxy writes such rules, but none is expected here',
    ],
  ])('%s', async (_what, name, save, line) => {
    expect((await told(name, save)).join('\n')).toContain(line);
  });

  it("names the rules that stand ahead of kube-proxy's", async () => {
    const rule = '-A PREROUTING -d 10.96.0.0/12 -j DNAT --to-destination 10.9.9.9';
    expect(await told(THREE, saveOf(THREE).replace('-A PREROUTING', `${rule}\n-A PREROUTING`))).toEqual([
      `note: 1 rule of other software in PREROUTING of table nat stands ahead of kube-proxy's and may take traffic of Services: ${rule}`,
    ]);
  });
});

describe('a Service', () => {
  it('is not called missing by a dump without table nat', async () => {
    const name = '17-loadbalancer-local-with-local';
    const filter = /\*filter\n[^]*?COMMIT\n/.exec(saveOf(name))?.[0] ?? '';
    const lines = await told(name, filter.replace(/^-A KUBE-NODEPORTS .*\n/m, ''), '-t', 'filter');
    expect(lines.length).toBe(1);
    expect(lines[0]).toMatch(/: the rule for health check node port \d+ is missing in KUBE-NODEPORTS$/);
  });
});

describe('a dump by an iptables that is older than the one that made the rules', () => {
  it('is told once, where the match on ports is nowhere', async () => {
    const save = saveOf('14-loadbalancer').replace(/ -m tcp --dport \d+/g, '');
    const lines = await told('14-loadbalancer', save);
    expect(lines).toEqual([
      expect.stringMatching(
        /^node: no rule of kube-proxy's in the dump asks for port, as \d+ should: the iptables that wrote the dump seems too old/,
      ),
    ]);
  });

  it('is an error where iptables says that it cannot read a rule', async () => {
    const live = join(folder, 'unsupported.save');
    writeFileSync(
      live,
      saveOf(THREE).replace(
        `-A ${SVC} -m comment`,
        `-A ${SVC} -m addrtype [unsupported revision] -m comment`,
      ),
    );
    const { code, stderr } = await run(['canonical', live]);
    expect(code).toBe(2);
    expect(stderr).toContain('The iptables that wrote the dump is too old to read this rule');
  });
});
