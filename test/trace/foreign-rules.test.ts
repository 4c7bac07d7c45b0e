import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDump } from '../../src/modes/iptables/read-dump.ts';
import { printSave } from '../../src/netfilter/iptables/print.ts';
import { withForeignRules } from '../../src/trace/foreign-rules.ts';
import { run } from '../helpers/cli.ts';
import { ORACLE } from '../helpers/oracle.ts';
import { type Rules, saveText } from '../packets/trace-rules.ts';

function merged(own: Rules, live: Rules): readonly string[] {
  const [one, other] = [own, live].map((rules) => readDump({ name: 'rules', text: saveText(rules) }).value);
  if (one === undefined || other === undefined) throw new Error('no rules');
  return printSave(withForeignRules(one, other))
    .split('\n')
    .filter((line) => !line.startsWith(':') && line !== 'COMMIT' && line !== '');
}

describe('rules of other software', () => {
  it('surround those of kube-proxy', () => {
    const own = {
      nat: [
        '-A PREROUTING -m comment --comment "new words" -j KUBE-SERVICES',
        '-A POSTROUTING -j KUBE-POSTROUTING',
        '-A KUBE-SERVICES -d 10.96.0.1/32 -j KUBE-SVC-AAAAAAAAAAAAAAAA',
        '-A KUBE-SVC-AAAAAAAAAAAAAAAA -j RETURN',
        '-A KUBE-POSTROUTING -j RETURN',
      ],
    };
    const live = {
      raw: ['-A PREROUTING -j cali-PREROUTING', '-A cali-PREROUTING -j ACCEPT'],
      nat: [
        '-A PREROUTING -j cali-PREROUTING',
        '-A PREROUTING -j KUBE-SERVICES',
        '-A PREROUTING -j KUBE-SERVICES',
        '-A PREROUTING -i docker0 -j RETURN',
        '-A cali-PREROUTING -j RETURN',
        '-A KUBE-SERVICES -d 10.96.0.9/32 -j KUBE-SVC-BBBBBBBBBBBBBBBB',
        '-A KUBE-SVC-BBBBBBBBBBBBBBBB -j RETURN',
        '-A KUBE-MARK-DROP -j MARK --set-xmark 0x8000/0x8000',
      ],
    };
    expect(merged(own, live)).toEqual([
      '*raw',
      '-A PREROUTING -j cali-PREROUTING',
      '-A cali-PREROUTING -j ACCEPT',
      '*nat',
      '-A PREROUTING -j cali-PREROUTING',
      '-A PREROUTING -m comment --comment "new words" -j KUBE-SERVICES',
      '-A PREROUTING -i docker0 -j RETURN',
      '-A POSTROUTING -j KUBE-POSTROUTING',
      '-A KUBE-MARK-DROP -j MARK --set-xmark 0x8000/0x8000',
      '-A KUBE-POSTROUTING -j RETURN',
      '-A KUBE-SERVICES -d 10.96.0.1/32 -j KUBE-SVC-AAAAAAAAAAAAAAAA',
      '-A KUBE-SVC-AAAAAAAAAAAAAAAA -j RETURN',
      '-A cali-PREROUTING -j RETURN',
    ]);
  });
});

describe('diff --behaviour with a node that has rules of other software', () => {
  const folder = join(ORACLE, '02-clusterip-two-endpoints-myblog');
  const save = readFileSync(join(folder, 'expected', '1.31-1.36.iptables.save'), 'utf8');
  const foreign = save
    .replace(/^:KUBE-FIREWALL/m, ':cali-FORWARD - [0:0]\n$&')
    .replace(
      /^-A FORWARD/m,
      '-A FORWARD -m set --match-set cali40all src -j DROP\n-A FORWARD -j cali-FORWARD\n' +
        '-A cali-FORWARD -i cali+ -s 10.244.1.9/32 -j ACCEPT\n$&',
    );

  async function compared(live: string): Promise<{ code: number; stdout: string }> {
    const scratch = mkdtempSync(join(tmpdir(), 'svc2ipt-foreign-'));
    try {
      writeFileSync(join(scratch, 'live.save'), live);
      const words = ['-f', join(folder, 'manifests.yaml'), '--config', join(folder, 'kube-proxy.yaml')];
      const node = ['--node-name', 'node-1', '--live', join(scratch, 'live.save')];
      const { code, stdout } = await run(['diff', '--behaviour', ...words, ...node]);
      return { code, stdout };
    } finally {
      rmSync(scratch, { recursive: true });
    }
  }

  it('finds no difference in them', async () => {
    expect(foreign).not.toBe(save);
    expect(await compared(foreign)).toEqual({ code: 0, stdout: 'the same becomes of every packet\n' });
  });

  it('finds what kube-proxy did differently, and what that depends on', async () => {
    const { code, stdout } = await compared(
      foreign.replace(/(-j DNAT --to-destination 10\.244\.\d+\.\d+):\d+/, '$1:99'),
    );
    expect(code).toBe(1);
    expect(stdout).toMatchInlineSnapshot(`
      "packets to demo/myblog (10.99.174.93:80/TCP) from outside the cluster and pods: dropped if "-m set --match-set cali40all src" matches, 1/2 sent to 10.244.1.158:8002 if "-m set --match-set cali40all src" does not match, 1/2 sent to 10.244.1.159:8002 if "-m set --match-set cali40all src" does not match before, dropped if "-m set --match-set cali40all src" matches, 1/2 sent to 10.244.1.158:8002 if "-m set --match-set cali40all src" does not match, 1/2 sent to 10.244.1.159:99 if "-m set --match-set cali40all src" does not match now
      packets to demo/myblog (10.99.174.93:80/TCP) from the node itself: 10.244.1.159:8002 gets 1/2 before, none now; 10.244.1.159:99 gets none before, 1/2 now

      2 differences, in packets to 1 service port
      "
    `);
  });
});
