/** `--metrics-listen`: what a watch found, over HTTP. */
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type MetricsServer, serveMetrics } from '../../src/cli/metrics-server.ts';
import { run } from '../helpers/cli.ts';

const open: MetricsServer[] = [];
let blocker: Server | undefined;
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
  blocker?.close();
});

const clock = { now: 1_000_000 };

async function serve(host = '127.0.0.1'): Promise<MetricsServer> {
  const { value, problems } = await serveMetrics({ host, port: 0 }, 30_000, () => clock.now);
  expect(problems).toEqual([]);
  open.push(value!);
  return value!;
}

const ask = async (
  { address: { host, port } }: MetricsServer,
  path: string,
  method = 'GET',
): Promise<readonly [number, string, string | null]> => {
  const answer = await fetch(`http://${host.includes(':') ? `[${host}]` : host}:${port}${path}`, { method });
  return [answer.status, await answer.text(), answer.headers.get('content-type')];
};

const TEXT = 'text/plain; charset=utf-8';

describe('what listens', () => {
  it('serves what was published last, in the format of Prometheus', async () => {
    const server = await serve();
    const type = 'text/plain; version=0.0.4; charset=utf-8';
    expect(await ask(server, '/metrics')).toEqual([200, '', type]);
    for (const metrics of ['a 1\n', 'a 2\n']) server.publish({ metrics, failed: false, milliseconds: 5 });
    expect(await ask(server, '/metrics?name=a')).toEqual([200, 'a 2\n', type]);
    expect(await ask(server, '/metrics', 'HEAD')).toEqual([200, '', type]);
  });

  it('tells whether the last comparison went well, and is not too old', async () => {
    const server = await serve();
    const health = async (): Promise<readonly unknown[]> => [
      (await ask(server, '/healthz')).slice(0, 2),
      (await ask(server, '/livez')).slice(0, 2),
    ];
    const ok = [200, 'ok\n'];
    expect(await health()).toEqual([[503, 'no comparison has ended yet\n'], ok]);
    server.publish({ metrics: '', failed: false, milliseconds: 1000 });
    expect(await health()).toEqual([ok, ok]);
    server.publish({ metrics: '', failed: true, milliseconds: 1000 });
    expect(await health()).toEqual([[503, 'the last comparison could not be made\n'], ok]);
    clock.now += 93_000;
    expect(await health()).toEqual([[503, 'the last comparison could not be made\n'], ok]);
    clock.now += 1000;
    const stuck = [503, 'no comparison ended for 94 seconds\n'];
    expect(await health()).toEqual([stuck, stuck]);
  });

  it('knows no other paths and methods', async () => {
    const server = await serve();
    expect(await ask(server, '/')).toEqual([404, 'there are /metrics, /healthz and /livez\n', TEXT]);
    expect(await ask(server, '/metrics/x')).toEqual([404, 'there are /metrics, /healthz and /livez\n', TEXT]);
    expect(await ask(server, '/metrics', 'POST')).toEqual([405, 'only GET and HEAD\n', TEXT]);
  });

  it('listens on IPv6, too', async () => {
    expect((await ask(await serve('::1'), '/livez'))[0]).toBe(200);
  });

  it('ends open connections when it is closed', async () => {
    const server = await serve();
    await ask(server, '/livez');
    await server.close();
    await expect(ask(server, '/livez')).rejects.toThrow('fetch failed');
  });
});

describe('what cannot listen', () => {
  const listen = (address: string): ReturnType<typeof run> =>
    run(['diff', '-f', 'x.yaml', '--watch', '30s', '--metrics-listen', address]);

  it('tells that the port is taken, before anything is compared', async () => {
    blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker?.once('listening', resolve));
    const { port } = blocker.address() as AddressInfo;
    expect(await listen(String(port))).toEqual({
      code: 2,
      stdout: '',
      stderr: `svc2ipt: error: --metrics-listen 127.0.0.1:${port}: another program listens there [address-unusable]\n`,
    });
  });

  it('tells that the machine does not have the address', async () => {
    const { stderr } = await listen('[2001:db8::1]:9464');
    expect(stderr).toBe(
      'svc2ipt: error: --metrics-listen [2001:db8::1]:9464: this machine does not have the address [address-unusable]\n',
    );
    // As $(HOST_IP):9464 gives it on a node with IPv6.
    expect((await listen('2001:db8::1:9464')).stderr).toBe(stderr);
  });

  it.each(['0', '65536', 'http', 'localhost:80', ':9464', '10.0.0.1', '[10.0.0.1]:1', '::1', '1.2.3.4:'])(
    'does not take %s',
    async (address) => {
      const { code, stderr } = await listen(address);
      expect(code).toBe(2);
      expect(stderr).toContain('It is a port, or an address and a port, as 9464, 0.0.0.0:9464 or [::]:9464.');
    },
  );
});
