/** What compile takes to make rules, diff takes, too: both expect the same of a cluster that is not there yet. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';

const OTHER = `
apiVersion: v1
kind: Service
metadata: { name: kubernetes }
spec: { clusterIP: 10.96.0.1, ports: [{ port: 443 }] }
`;
const SHOP = `---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: NodePort, selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: c, image: i }] } }
`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-test-'));
  writeFileSync(inFolder('shop.yaml'), OTHER + SHOP);
  writeFileSync(inFolder('other.yaml'), OTHER);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const inFolder = (name: string): string => join(folder, name);

async function compiled(file: string, ...options: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(['compile', '-f', inFolder(file), ...options]);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

const rulesIn = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('-A '))
    .sort();

/** The rules that diff expects on a node that does not have the shop yet. */
async function expected(...options: readonly string[]): Promise<readonly string[]> {
  writeFileSync(inFolder('live.save'), await compiled('other.yaml', '--cluster-cidr', '10.32.0.0/12'));
  const live = ['--live', inFolder('live.save'), '-o', 'unified'];
  const version = ['--kube-proxy-version', '1.36'];
  const { stdout } = await run(['diff', '-f', inFolder('shop.yaml'), ...version, ...live, ...options]);
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('--A '))
    .map((line) => line.slice(1))
    .sort();
}

describe('diff expects what compile prints', () => {
  it.each([
    ['--cluster-cidr', '10.32.0.0/12', /10\.32\./],
    ['--pod-cidr', '10.50.0.0/16', /10\.50\./],
    ['--service-cidr', '10.96.0.0/20', /-d 10\.96\.(\d|1[0-5])\./],
    ['--service-node-port-range', '31900-31900', /--dport 31900/],
  ])('with %s %s', async (option, value, shows) => {
    const options = ['--cluster-cidr', '10.32.0.0/12', '--node-name', 'node-1', option, value];
    const other = rulesIn(await compiled('other.yaml', ...options));
    const shop = rulesIn(await compiled('shop.yaml', ...options)).filter((rule) => !other.includes(rule));
    expect(shop.join('\n')).toMatch(shows);
    expect(await expected(...options)).toEqual(shop);
  });

  it('with --assignments', async () => {
    const options = ['--cluster-cidr', '10.32.0.0/12', '--assignments', inFolder('assigned.yaml')];
    await compiled('shop.yaml', ...options, '--pod-cidr', '10.70.0.0/16', '--write-assignments');
    expect(readFileSync(inFolder('assigned.yaml'), 'utf8')).toContain('10.70.');
    const other = rulesIn(await compiled('other.yaml', ...options));
    const shop = rulesIn(await compiled('shop.yaml', ...options)).filter((rule) => !other.includes(rule));
    expect(shop.join('\n')).toContain('--to-destination 10.70.');
    expect(await expected(...options)).toEqual(shop);
  });
});

describe('diff --require-assigned', () => {
  const required = async (live: string): Promise<Awaited<ReturnType<typeof run>>> => {
    writeFileSync(inFolder('live.save'), live);
    const files = ['-f', inFolder('shop.yaml'), '--live', inFolder('live.save')];
    return run(['diff', ...files, '--cluster-cidr', '10.32.0.0/12', '--require-assigned']);
  };

  it('takes what the node has for assigned', async () => {
    const { code } = await required(await compiled('shop.yaml', '--cluster-cidr', '10.32.0.0/12'));
    expect(code).toBe(0);
  });

  it('refuses what neither the manifests nor the node have', async () => {
    const { code, stdout, stderr } = await required(
      await compiled('other.yaml', '--cluster-cidr', '10.32.0.0/12'),
    );
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Service shop/web');
  });
});
