import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { liveNode } from '../../src/cli/live-node.ts';
import { type ProgramResult } from '../../src/cli/run-program.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { run } from '../helpers/cli.ts';
import { nodeFiles, partsOf } from '../helpers/ipvs-node-files.ts';

const CASE = '12-nodeport-local-with-local-endpoint';
const FIXTURES = join(import.meta.dirname, '../../fixtures');
const MANIFESTS = join(FIXTURES, 'oracle', CASE, 'manifests.yaml');
const CONFIG = join(FIXTURES, 'oracle-ipvs', CASE, 'kube-proxy.yaml');
const PARTS = partsOf(CASE);
const DIFF = ['diff', '-f', MANIFESTS, '--node-name', 'node-1'] as const;

const { folder, dumps } = nodeFiles();

describe('svc2ipt diff of a node in mode ipvs', () => {
  it('finds nothing on a node that is as it should be, and tells its releases apart', async () => {
    const path = dumps(CASE);
    expect(await run([...DIFF, '--live', path])).toMatchObject({ code: 0, stderr: '' });
    expect(await run([...DIFF, '--live', path, '--config', CONFIG])).toMatchObject({ code: 0, stderr: '' });
    const files = Object.keys(PARTS).flatMap((part) => ['--live', join(path, `${part}.txt`)]);
    expect(await run([...DIFF, ...files])).toMatchObject({ code: 0, stderr: '' });
    const joined = Object.keys(PARTS).map((part) => readFileSync(join(path, `${part}.txt`), 'utf8'));
    const { code, stdout } = await run([...DIFF, '--live', '-', '-o', 'json'], { stdin: joined.join('') });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ equal: true, ipFamily: 'ipv4', differences: [] });
  });

  it('tells in words what is missing, changed, draining and too much', async () => {
    const path = dumps(CASE, {
      ipvs: (text) =>
        text
          .replace('-A -t 10.96.0.27:80 -s rr', '-A -t 10.96.0.27:80 -s lc -p 60')
          .replace('-a -t 10.96.0.27:80 -r 10.244.1.10:80 -m -w 1\n', '')
          .replace('-r 10.244.1.11:80 -m -w 1', '-r 10.244.1.11:80 -m -w 0')
          .replace(/$/, '\n-A -t 10.96.9.9:80 -s rr\n-a -t 10.96.0.27:80 -r 10.244.7.7:80 -m -w 0\n'),
      ipset: (text) => text.replace('add KUBE-CLUSTER-IP 10.96.0.27,tcp:80\n', ''),
      addresses: () =>
        '5: kube-ipvs0: <BROADCAST,NOARP> mtu 1500\n    inet 10.96.9.9/32 scope global kube-ipvs0\n',
      iptables: (text) =>
        text.replace('-A INPUT -m comment --comment "kubernetes health check rules" -j KUBE-NODE-PORT\n', ''),
    });
    const { code, stdout } = await run([...DIFF, '--live', path, '--config', CONFIG, '-o', 'json']);
    const { differences } = JSON.parse(stdout) as {
      differences: { kind: string; service: string | null; message: string }[];
    };
    expect(code).toBe(1);
    expect(differences.map(({ kind, service, message }) => `${kind} ${service ?? 'node'}: ${message}`))
      .toMatchInlineSnapshot(`
      [
        "missing-jump node: the jump from INPUT to KUBE-NODE-PORT is missing",
        "stale-service node: virtual server 10.96.9.9:80 is of no Service",
        "unexpected-rule node: address 10.96.9.9 of kube-ipvs0 is of no Service",
        "missing-endpoint default/np/TCP: real server 10.244.1.10:80 is missing",
        "missing-rule default/np/TCP: entry 10.96.0.27,tcp:80 is missing in set KUBE-CLUSTER-IP",
        "missing-rule default/np/TCP: address 10.96.0.27 is not bound to kube-ipvs0",
        "changed-rule default/np/TCP: real server 10.244.1.11:80: weight 0: draining or not ready",
        "changed-rule default/np/TCP: virtual server 10.96.0.27:80: scheduler is lc, not rr; session affinity is 60 seconds, not off",
      ]
    `);
    const text = await run([...DIFF, '--live', path, '--config', CONFIG, '-v']);
    expect(text.stdout).toMatchInlineSnapshot(`
      "node: the jump from INPUT to KUBE-NODE-PORT is missing
        - -A INPUT -m comment --comment "kubernetes health check rules" -j KUBE-NODE-PORT
      node: virtual server 10.96.9.9:80 is of no Service
        + -A -t 10.96.9.9:80 -s rr
      node: address 10.96.9.9 of kube-ipvs0 is of no Service
        + 10.96.9.9

      default/np: real server 10.244.1.10:80 is missing
        - -a -t 10.96.0.27:80 -r 10.244.1.10:80 -m -w 1
      default/np: entry 10.96.0.27,tcp:80 is missing in set KUBE-CLUSTER-IP
        - add KUBE-CLUSTER-IP 10.96.0.27,tcp:80
      default/np: address 10.96.0.27 is not bound to kube-ipvs0
        - 10.96.0.27
      default/np: real server 10.244.1.11:80: weight 0: draining or not ready
        - -a -t 10.1.0.2:30101 -r 10.244.1.11:80 -m -w 1
        + -a -t 10.1.0.2:30101 -r 10.244.1.11:80 -m -w 0
      default/np: virtual server 10.96.0.27:80: scheduler is lc, not rr; session affinity is 60 seconds, not off
        - -A -t 10.96.0.27:80 -s rr
        + -A -t 10.96.0.27:80 -s lc -p 60

      note: virtual server 10.96.0.27:80: real server 10.244.7.7:80 has weight 0: it drains and gets no new connections
      the node's own rules differ, 1 Service differs, 0 equal; kube-proxy 1.30-1.37
      "
    `);
  });

  it('shows a unified diff', async () => {
    const path = dumps(CASE, {
      ipvs: (text) => text.replace('-r 10.244.1.10:80 -m -w 1', '-r 10.244.1.10:80 -m -w 5'),
      addresses: () => '[{"ifname": "kube-ipvs0", "addr_info": []}]',
    });
    const { code, stdout } = await run([...DIFF, '--live', path, '-o', 'unified']);
    expect(code).toBe(1);
    expect(stdout).toMatchInlineSnapshot(`
      "--- expected
      +++ node
      @@ -53,7 +53,7 @@
       add KUBE-NODE-PORT-TCP 30101
       create KUBE-NODE-PORT-UDP bitmap:port
       -A -t 10.1.0.2:30101 -s rr
      --a -t 10.1.0.2:30101 -r 10.244.1.10:80 -m -w 1
      +-a -t 10.1.0.2:30101 -r 10.244.1.10:80 -m -w 5
       -a -t 10.1.0.2:30101 -r 10.244.1.11:80 -m -w 1
       -A -t 10.96.0.27:80 -s rr
       -a -t 10.96.0.27:80 -r 10.244.1.10:80 -m -w 1
      @@ -62,4 +62,3 @@
       -A -t 192.168.0.2:30101 -s rr
       -a -t 192.168.0.2:30101 -r 10.244.1.10:80 -m -w 1
       -a -t 192.168.0.2:30101 -r 10.244.1.11:80 -m -w 1
      -10.96.0.27
      "
    `);
  });

  it('compares what is there and says what is not', async () => {
    const path = dumps(CASE);
    rmSync(join(path, 'ipset.txt'));
    const { code, stdout, stderr } = await run([...DIFF, '--live', path, '-v']);
    expect(code).toBe(0);
    expect(`${stdout}${stderr}`).toContain(
      'the output of ipset save is not in the dump: that part was not compared',
    );
    expect(await run([...DIFF, '--live', path, '--part', 'ipvs'])).toMatchObject({ code: 0 });
  });

  it('compares with a golden folder', async () => {
    const path = dumps(CASE);
    const other = dumps(CASE, { addresses: () => 'inet 10.96.0.1/32\n' });
    expect(await run(['diff', '--golden', path, '--live', path])).toMatchObject({ code: 0 });
    const { code, stdout } = await run(['diff', '--golden', path, '--live', other, '-o', 'json']);
    const { differences } = JSON.parse(stdout) as { differences: { message: string }[] };
    expect({ code, messages: differences.map(({ message }) => message) }).toEqual({
      code: 1,
      messages: [
        'address 10.96.0.27 is not bound to kube-ipvs0',
        'address 10.96.0.1 of kube-ipvs0 is of no Service',
      ],
    });
  });

  it.each([
    [['-t', 'nat'], '-t: the output of mode ipvs has parts, not tables: choose with --part'],
    [['--part', 'nat'], '--part nat: mode ipvs has iptables, ipset, ipvs and addresses'],
    [
      ['--behaviour', '--part', 'ipvs'],
      '--behaviour needs all parts: each has its say in what becomes of packets',
    ],
    [
      ['--proxy-mode', 'iptables'],
      'kube-proxy is to run in mode iptables, but the dump is of mode ipvs: give a dump of that mode, or other settings',
    ],
  ])('%j is refused', async (options, message) => {
    const path = dumps(CASE);
    const { code, stdout, stderr } = await run([...DIFF, '--live', path, ...options]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('refuses several outputs of another mode', async () => {
    const file = join(folder(), 'node.save');
    writeFileSync(file, '*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n');
    const { code, stderr } = await run([...DIFF, '--live', file, '--live', file]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `svc2ipt: error: only nodes of mode ipvs have several outputs, and none of these is of that mode: ${file}, ${file} [usage]\n`,
    });
  });
});

describe('the node itself', () => {
  const answers = (without: readonly string[] = []) => ({
    wait: () => Promise.resolve(undefined),
    run: (program: string): Promise<ProgramResult> => {
      if (without.includes(program))
        return Promise.resolve({ stdout: '', stderr: 'Operation not permitted', failure: 'failed' as const });
      const stdout =
        { 'iptables-save': PARTS['iptables'], ipset: PARTS['ipset'], ipvsadm: PARTS['ipvs'], ip: '[]' }[
          program
        ] ?? '';
      return Promise.resolve({ stdout, stderr: '' });
    },
  });

  it('is asked by four tools', async () => {
    const { value, problems } = await liveNode('IPv4', undefined, answers());
    expect(problems).toEqual([]);
    expect(value?.mode).toBe('ipvs');
    expect(value?.mode === 'ipvs' ? value.dump.addresses : undefined).toEqual([]);
    expect(value?.mode === 'ipvs' ? value.dump.servers?.length : undefined).toBe(3);
  });

  it('says which tools may not be run', async () => {
    const { value, problems } = await liveNode('IPv4', 'ipvs', answers(['ipset', 'ipvsadm', 'ip']));
    expect(value?.mode).toBe('ipvs');
    expect(problems.map(formatDiagnostic)).toEqual(
      ['ipset save', 'ipvsadm -S -n', 'ip -j addr show kube-ipvs0'].map(
        (command) =>
          `svc2ipt: warning: ${command.split(' ')[0] ?? ''} may only be run by root: run svc2ipt with sudo, or take a dump on the node (sudo ${command} > node.dump) and give it with --live node.dump: that part is not compared [node-unreadable]`,
      ),
    );
  });
});
