import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-env-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Port {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
}

interface Sketch {
  readonly namespace: string;
  readonly name: string;
  readonly clusterIP: string;
  readonly ports: readonly Port[];
}

const manifest = ({ namespace, name, clusterIP, ports }: Sketch): string =>
  `${JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { clusterIP, ports } })}\n---\n`;

const KUBERNETES: Sketch = {
  namespace: 'default',
  name: 'kubernetes',
  clusterIP: '10.96.0.1',
  ports: [{ name: 'https', port: 443 }],
};

const environment = (sketches: readonly Sketch[], ...argv: readonly string[]): ReturnType<typeof run> =>
  run(['names', '-f', '-', '-o', 'env', ...argv], { stdin: sketches.map(manifest).join('') });

/** What a shell makes of the lines that it reads from a file. */
function shellReads(text: string): ReadonlyMap<string, string> {
  const file = join(folder, 'service.env');
  writeFileSync(file, text);
  const script = 'set -a; . "$0"; exec env -u PWD -u OLDPWD -u SHLVL -u _';
  const output = execFileSync('env', ['-i', '/bin/sh', '-c', script, file], { encoding: 'utf8' });
  return new Map(
    output
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** What the documentation of Services says of variables, port by port: a model of its own. */
function expectedFor({ name, clusterIP, ports }: Sketch): ReadonlyMap<string, string> {
  const upper = (text: string): string => text.toUpperCase().split('-').join('_');
  const found = new Map([[`${upper(name)}_SERVICE_HOST`, clusterIP]]);
  for (const [index, { name: portName, port, protocol = 'TCP' }] of ports.entries()) {
    const scheme = protocol.toLowerCase();
    const authority = new URL(`http://${clusterIP.includes(':') ? `[${clusterIP}]` : clusterIP}:1`).hostname;
    const url = `${scheme}://${authority}:${port}`;
    if (index === 0) {
      found.set(`${upper(name)}_SERVICE_PORT`, String(port));
      found.set(`${upper(name)}_PORT`, url);
    }
    if (portName !== undefined) found.set(`${upper(name)}_SERVICE_PORT_${upper(portName)}`, String(port));
    found.set(`${upper(name)}_PORT_${port}_${protocol}`, url);
    found.set(`${upper(name)}_PORT_${port}_${protocol}_PROTO`, scheme);
    found.set(`${upper(name)}_PORT_${port}_${protocol}_PORT`, String(port));
    found.set(`${upper(name)}_PORT_${port}_${protocol}_ADDR`, clusterIP);
  }
  return found;
}

describe('svc2ipt names -o env', () => {
  it("prints the variables in kubelet's order", async () => {
    const shown = await environment(
      [
        { namespace: 'shop', name: 'my-db', clusterIP: 'fd00:10:96::7', ports: [{ port: 5432 }] },
        KUBERNETES,
        {
          namespace: 'shop',
          name: 'dns',
          clusterIP: '10.96.0.53',
          ports: [
            { name: 'dns-udp', port: 53, protocol: 'UDP' },
            { name: 'dns-tcp', port: 53 },
          ],
        },
        { namespace: 'other', name: 'hidden', clusterIP: '10.96.0.9', ports: [{ port: 1 }] },
        { namespace: 'shop', name: 'headless', clusterIP: 'None', ports: [{ port: 1 }] },
      ],
      '--for-namespace',
      'shop',
    );
    expect(shown).toEqual({
      code: 0,
      stderr: '',
      stdout: `\
DNS_SERVICE_HOST=10.96.0.53
DNS_SERVICE_PORT=53
DNS_SERVICE_PORT_DNS_UDP=53
DNS_SERVICE_PORT_DNS_TCP=53
DNS_PORT=udp://10.96.0.53:53
DNS_PORT_53_UDP=udp://10.96.0.53:53
DNS_PORT_53_UDP_PROTO=udp
DNS_PORT_53_UDP_PORT=53
DNS_PORT_53_UDP_ADDR=10.96.0.53
DNS_PORT_53_TCP=tcp://10.96.0.53:53
DNS_PORT_53_TCP_PROTO=tcp
DNS_PORT_53_TCP_PORT=53
DNS_PORT_53_TCP_ADDR=10.96.0.53
KUBERNETES_SERVICE_HOST=10.96.0.1
KUBERNETES_SERVICE_PORT=443
KUBERNETES_SERVICE_PORT_HTTPS=443
KUBERNETES_PORT=tcp://10.96.0.1:443
KUBERNETES_PORT_443_TCP=tcp://10.96.0.1:443
KUBERNETES_PORT_443_TCP_PROTO=tcp
KUBERNETES_PORT_443_TCP_PORT=443
KUBERNETES_PORT_443_TCP_ADDR=10.96.0.1
MY_DB_SERVICE_HOST=fd00:10:96::7
MY_DB_SERVICE_PORT=5432
MY_DB_PORT=tcp://[fd00:10:96::7]:5432
MY_DB_PORT_5432_TCP=tcp://[fd00:10:96::7]:5432
MY_DB_PORT_5432_TCP_PROTO=tcp
MY_DB_PORT_5432_TCP_PORT=5432
MY_DB_PORT_5432_TCP_ADDR=fd00:10:96::7
`,
    });
  });

  it("gives pods without service links only the API server's", async () => {
    const web = { namespace: 'default', name: 'web', clusterIP: '10.96.0.2', ports: [{ port: 80 }] };
    const own = await environment([KUBERNETES, web], '--for-namespace', 'default', '--no-service-links');
    expect(own.stdout).toBe((await environment([KUBERNETES], '--for-namespace', 'elsewhere')).stdout);
    expect(own.stdout.split('\n')).toHaveLength(9);
    const linked = await environment([KUBERNETES, web], '--for-namespace', 'default');
    expect(linked.stdout.match(/^\w+_HOST=/gm)).toEqual(['KUBERNETES_SERVICE_HOST=', 'WEB_SERVICE_HOST=']);
  });

  it("prefers a namespace's own Service of that name", async () => {
    const own = { ...KUBERNETES, namespace: 'shop', clusterIP: '10.96.0.66' };
    const { stdout, stderr } = await environment([KUBERNETES, own], '--for-namespace', 'shop');
    expect(stdout).toContain('KUBERNETES_SERVICE_HOST=10.96.0.66\n');
    expect(stdout).not.toContain('10.96.0.1\n');
    expect(stderr).toBe('');
  });

  it('tells what a container would get besides, and what it gets by chance', async () => {
    const { code, stdout, stderr } = await environment(
      [
        { namespace: 'shop', name: 'web', clusterIP: '10.96.0.2', ports: [{ port: 80 }] },
        { namespace: 'shop', name: 'web-service', clusterIP: '10.96.0.3', ports: [{ port: 90 }] },
        { namespace: 'shop', name: '1st', clusterIP: '10.96.0.4', ports: [{ port: 80 }] },
      ],
      '--for-namespace',
      'shop',
    );
    expect(code).toBe(0);
    expect(stdout.match(/^WEB_SERVICE_PORT=.*$/gm)).toEqual(['WEB_SERVICE_PORT=tcp://10.96.0.3:90']);
    expect(stdout).toContain('\n1ST_SERVICE_PORT=80\n');
    expect(stderr).toBe(`\
svc2ipt: warning: every container gets the variables of Service default/kubernetes, which the input does not hold: they are left out [kubernetes-missing]
svc2ipt: warning: WEB_SERVICE_PORT is set to 80 by Service shop/web, tcp://10.96.0.3:90 by Service shop/web-service; each container gets one of them by chance [variable-set-twice]
svc2ipt: warning: Service shop/1st: containers get 1ST_SERVICE_HOST, but no shell can read a variable whose name begins with a digit [variable-unreadable]
`);
  });

  const letter = fc.constantFrom('a', 'b', 'c', 'x', '-', '0');
  const label = fc
    .array(letter, { maxLength: 8 })
    .map((letters) => `s${letters.join('')}z`.replace(/-+/g, '-'));
  const port = fc.record(
    {
      name: label,
      port: fc.integer({ min: 1, max: 65535 }),
      protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'),
    },
    { requiredKeys: ['name', 'port'] },
  );
  const clusterIP = fc.oneof(
    fc.integer({ min: 2, max: 250 }).map((last) => `10.96.0.${last}`),
    fc.integer({ min: 2, max: 250 }).map((last) => `fd00:10:96::${last.toString(16)}`),
  );
  const sketch = fc.record({
    namespace: fc.constant('shop'),
    name: label,
    clusterIP,
    ports: fc.uniqueArray(port, {
      minLength: 1,
      maxLength: 4,
      comparator: (one, other) => one.name === other.name || one.port === other.port,
    }),
  });

  it('prints what a shell reads as the documentation says', async () => {
    await fc.assert(
      fc.asyncProperty(sketch, async (one) => {
        const { code, stdout, stderr } = await environment([KUBERNETES, one], '--for-namespace', 'shop');
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(shellReads(stdout)).toEqual(new Map([...expectedFor(KUBERNETES), ...expectedFor(one)]));
      }),
      { numRuns: 40 },
    );
  });
});
