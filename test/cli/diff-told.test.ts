import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Run, run } from '../helpers/cli.ts';
import { ORACLE } from '../helpers/oracle.ts';

const CASE = join(ORACLE, '03-clusterip-three-endpoints-httpd');
const MANIFESTS = readFileSync(join(CASE, 'manifests.yaml'), 'utf8');
const CONFIG = ['--config', join(CASE, 'kube-proxy.yaml')];
const expected = (name: string): string => readFileSync(join(CASE, 'expected', name), 'utf8');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-test-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const diff = (manifests: string, save: string, ...flags: readonly string[]): Promise<Run> =>
  run(['diff', '-f', file('cluster.yaml', manifests), '--live', file('live.save', save), ...flags]);

describe('what the input lacks is said first', () => {
  const withoutEndpoints = MANIFESTS.split(/^---$/m)
    .filter((document) => !/kind: (EndpointSlice|Endpoints|Pod)\b/.test(document))
    .join('---');
  const NODES = ['node-1', 'node-2', 'node-3']
    .map((name) => `---\napiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\n`)
    .join('');
  const broken = expected('1.31-1.36.iptables.save').replace('0.33333333349', '0.25000000000');

  it('no endpoints at all, once, and how to get them', async () => {
    const { code, stderr } = await diff(withoutEndpoints, expected('1.31-1.36.iptables.save'), ...CONFIG);
    expect([code, stderr]).toEqual([
      1,
      'svc2ipt: warning: the input holds no EndpointSlices, Endpoints, Pods or workloads, so every Service counts as one without endpoints: add them with kubectl get services,endpointslices,nodes -A -o yaml [input-without-endpoints]\n',
    ]);
  });

  it('which Node it is', async () => {
    const bare = MANIFESTS.split(/^---$/m)
      .filter((document) => !/kind: Node\b/.test(document))
      .join('---');
    const { stderr } = await diff(`${bare}\n${NODES}`, broken, '--cluster-cidr', '10.244.0.0/16');
    expect(stderr).toBe(
      'svc2ipt: warning: nothing tells which Node the dump is from, so no endpoint counts as local and no zone is known: give --node-name; the Nodes are node-1, node-2, node-3 [node-unnamed]\n',
    );
    const named = await diff(`${bare}\n${NODES}`, broken, '--node-name', 'nod-2');
    expect(named.stderr).toBe(
      'svc2ipt: warning: --hostname-override: no Node of the input is named "nod-2", so its zone, addresses, pod CIDRs and local endpoints are unknown; the Nodes are node-1, node-2, node-3; did you mean "node-2"? [node-unknown]\n',
    );
  });

  it('and nothing where the node is as it should be', async () => {
    const right = await diff(MANIFESTS, expected('1.31-1.36.iptables.save'), ...CONFIG);
    expect([right.code, right.stderr]).toEqual([0, '']);
  });
});

describe('the version told', () => {
  interface Report {
    readonly dialect: string;
    readonly dialectRange: string;
    readonly likelyDialects: string;
    readonly likelyBecause: readonly string[];
  }
  const versionIn = async (save: string): Promise<Report> => {
    const { stdout } = await diff(MANIFESTS, save, ...CONFIG, '-o', 'json');
    return JSON.parse(stdout) as Report;
  };

  it('is the whole range, with what makes some of it more likely', async () => {
    const save = expected('1.27-1.30.iptables.save');
    expect(await versionIn(save)).toMatchObject({
      dialect: '1.30',
      dialectRange: '1.27-1.37',
      likelyDialects: '1.27-1.30',
      likelyBecause: ['no nfacct counters'],
    });
    const { stdout } = await diff(MANIFESTS, save, ...CONFIG);
    expect(stdout).toBe(
      '1 Service equal; kube-proxy 1.27-1.37 (most likely 1.27-1.30: no nfacct counters)\n',
    );
  });

  it('is the newest where nothing speaks against it', async () => {
    expect(await versionIn(expected('1.31-1.36.iptables.save'))).toMatchObject({
      dialect: '1.37',
      dialectRange: '1.31-1.37',
      likelyDialects: '1.31-1.37',
      likelyBecause: [],
    });
  });
});

describe('settings that were taken from the dump', () => {
  const save = expected('1.31-1.36.iptables.save');
  const withoutInvalid = save.replace(/^-A KUBE-FORWARD .*--ctstate INVALID.*\n/m, '');

  it('are told in one line where they are not the defaults', async () => {
    const { code, stdout } = await diff(MANIFESTS, withoutInvalid, ...CONFIG);
    expect(code).toBe(0);
    expect(stdout).toContain('taken from the dump, unlike the defaults: tcpBeLiberal yes\n1 Service equal');
  });

  it('are told in JSON, too', async () => {
    const { stdout } = await diff(MANIFESTS, withoutInvalid, '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      inferred: ['cluster CIDR 10.244.0.0/16', 'tcpBeLiberal yes'],
    });
  });

  it('are not told where they are the defaults, or were given', async () => {
    expect((await diff(MANIFESTS, save, ...CONFIG)).stdout).not.toContain('taken from the dump');
  });
});

describe("kubelet's chains", () => {
  const save = expected('1.23.iptables.save');
  it.each([
    [/^.*KUBE-MARK-DROP.*\n/gm, "chain kubelet's KUBE-MARK-DROP is missing in table nat"],
    [
      /^-A OUTPUT -j KUBE-FIREWALL\n/m,
      "the jump from OUTPUT to kubelet's KUBE-FIREWALL is missing in table filter",
    ],
  ])('are told as such: %s', async (lines, message) => {
    const { stdout } = await diff(MANIFESTS, save.replace(lines, ''), ...CONFIG);
    expect(stdout).toContain(`node: ${message}\n`);
  });

  it('KUBE-MARK-DROP may be empty in IPv6, as real nodes have it', async () => {
    const six = join(ORACLE, '01-clusterip-one-endpoint');
    const dump = readFileSync(join(six, 'expected/1.23-1.24.ip6tables.save'), 'utf8');
    const empty = dump.replace(/^-A KUBE-MARK-DROP .*\n/m, '');
    expect(empty).not.toBe(dump);
    const flags = ['--config', join(six, 'kube-proxy.yaml'), '--node-name', 'node-1', '--ip-family', 'ipv6'];
    const manifests = readFileSync(join(six, 'manifests.yaml'), 'utf8');
    expect((await diff(manifests, empty, ...flags)).code).toBe(0);
  });
});
