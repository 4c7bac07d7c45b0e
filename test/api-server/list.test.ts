/** Lists in pages, from a server that is busy, forgetful or hostile. */
import { type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type World } from '../../src/api-server/answer.ts';
import { connect, type Connection, readBody } from '../../src/api-server/connection.ts';
import { MAX_KEPT_LENGTH, MAX_PAGES } from '../../src/api-server/limits.ts';
import { type Asking, listFirst, listObjects } from '../../src/api-server/list.ts';
import { WANTED } from '../../src/api-server/resources.ts';
import { readRetryAfter, withRetries } from '../../src/api-server/retry.ts';
import { watchOnce } from '../../src/api-server/watch.ts';
import { sourcesOf } from '../../src/api-server/sources.ts';
import { type ApiServer, refuse, startApiServer, type StandInOptions } from '../helpers/api-server.ts';
import { clusterOf, service } from '../helpers/cluster-objects.ts';

const SERVICES = WANTED[0]![0]!;
const NODES = WANTED[2]![0]!;

const servers: ApiServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** A server, and how to ask it; waits are noted and not waited for. */
async function start(
  options: StandInOptions,
): Promise<{ server: ApiServer; asking: Asking; waits: number[] }> {
  const server = await startApiServer(options);
  servers.push(server);
  const waits: number[] = [];
  return { server, asking: askingOf(connectionTo(server.url), waits), waits };
}

const connectionTo = (url: string): Connection =>
  connect({
    server: url,
    user: 'user tester',
    kubectlOptions: '',
    credentials: () => Promise.resolve({ value: {} }),
  });

const askingOf = (connection: Connection, waits: number[] = []): Asking => ({
  connection,
  signal: new AbortController().signal,
  timeout: 5000,
  mostKept: MAX_KEPT_LENGTH,
  world: {
    now: () => Date.parse('2026-11-21T12:00:00Z'),
    random: () => 0,
    sleep: (milliseconds) => {
      waits.push(milliseconds);
      return Promise.resolve();
    },
  },
});

describe('a list', () => {
  it('is asked for in pages, and keeps only what is used', async () => {
    const { server, asking } = await start({ objects: clusterOf(1200) });
    const { value } = await listObjects(SERVICES, asking);
    expect(server.questions.map(({ query }) => [query.get('limit'), query.get('continue')])).toEqual(
      [
        ['500', null],
        ['500', '1301:500'],
        ['500', '1301:1000'],
      ].map(([limit, next]) => [limit, next?.replace('1301', value!.resourceVersion) ?? null]),
    );
    expect(value!.objects.size).toBe(1200);
    const kept = JSON.parse(value!.objects.get('shop/web-7')!) as Record<string, Record<string, unknown>>;
    expect(kept['metadata']).toEqual({
      name: 'web-7',
      namespace: 'shop',
      uid: '0000-7',
      annotations: {},
      resourceVersion: expect.any(String) as string,
    });
    expect(kept['spec']).toEqual(service(7)['spec']);
    const sources = sourcesOf(value!);
    expect(sources.map(({ name, byObject }) => [name, byObject])).toEqual([
      ['<cluster>/services', true],
      ['<cluster>/services', true],
    ]);
    const items = sources.flatMap(
      ({ text }) => (JSON.parse(text) as { readonly items: readonly unknown[] }).items,
    );
    expect(items).toHaveLength(1200);
  });

  it('of Nodes leaves out their images', async () => {
    const { asking } = await start({ objects: clusterOf(1) });
    const { value } = await listObjects(NODES, asking);
    expect(JSON.parse(value!.objects.get('node-1')!)).toMatchObject({
      spec: { podCIDR: '10.244.0.0/24' },
      status: { addresses: [{ type: 'InternalIP', address: '192.0.2.1' }] },
    });
    expect(value!.objects.get('node-1')).not.toContain('registry.example');
  });

  it('may be empty, or null', async () => {
    const { asking } = await start({});
    expect((await listObjects(SERVICES, asking)).value!.objects.size).toBe(0);
    const answers = askingOf(answering([200, '{"kind":"NodeList","items":null}']));
    expect(sourcesOf((await listObjects(NODES, answers)).value!)).toEqual([]);
  });

  it('is begun again when the server forgot its beginning', async () => {
    let forgets = 1;
    const { server, asking } = await start({
      objects: clusterOf(700),
      instead: ({ query }, response) =>
        query.has('continue') && forgets-- > 0 && refuse(response, 410, 'too old'),
    });
    expect((await listObjects(SERVICES, asking)).value!.objects.size).toBe(700);
    expect(server.questions.map(({ query }) => query.has('continue'))).toEqual([false, true, false, true]);
  });

  it('is asked for whole when that has not helped twice', async () => {
    const { server, asking } = await start({
      objects: clusterOf(700),
      instead: ({ query }, response) => query.has('continue') && refuse(response, 410, 'too old'),
    });
    expect((await listObjects(SERVICES, asking)).value!.objects.size).toBe(700);
    expect(server.questions.map(({ query }) => query.get('limit'))).toEqual([
      '500',
      '500',
      '500',
      '500',
      null,
    ]);
  });

  it('fails when even the whole list is forgotten', async () => {
    const { server, asking } = await start({ instead: (_, response) => refuse(response, 410, 'too old') });
    const { failure } = await listObjects(SERVICES, asking);
    expect(failure!.problem.message).toBe(`${server.url} answers 410 to the question for services: too old`);
    expect(server.questions).toHaveLength(3);
  });

  it('ends when pages do not', async () => {
    let pages = 0;
    const endless: Connection = {
      ...answering(),
      get: () => {
        pages += 1;
        return Promise.resolve({
          value: message(200, '{"kind":"ServiceList","metadata":{"continue":"more"},"items":[]}'),
        });
      },
    };
    const { failure } = await listObjects(SERVICES, askingOf(endless));
    expect(failure!.problem).toMatchObject({
      code: 'cluster-answer',
      message: 'the list of services is longer than what is read',
    });
    expect(pages).toBe(MAX_PAGES);
  });
});

describe('the text that is kept of a list', () => {
  const LONGER = 'the list of services is longer than what is read';

  it('has a limit, over all pages', async () => {
    const { server, asking } = await start({ objects: clusterOf(1200) });
    const { value } = await listObjects(SERVICES, asking);
    const texts = [...value!.objects.values()];
    expect(value!.length).toBe(texts.join('').length);
    const questions = server.questions.length;
    expect((await listObjects(SERVICES, { ...asking, mostKept: value!.length })).failure).toBeUndefined();
    const { failure } = await listObjects(SERVICES, { ...asking, mostKept: value!.length / 2 });
    expect(failure!.problem).toMatchObject({ code: 'cluster-answer', message: LONGER });
    // The third page is not asked for.
    expect(server.questions).toHaveLength(questions + 3 + 2);
  });

  it('counts an object once, however often it is listed or changes', async () => {
    const { server, asking } = await start({ objects: clusterOf(2) });
    const kept = { ...(await listObjects(SERVICES, asking)).value! };
    const { length } = kept;
    const watched = watchOnce(kept, { ...asking, mostKept: 2 * length }, () => undefined);
    while (server.watches() === 0) await sleep(2);
    for (let times = 0; times < 9; times++) server.apply('services', service(1));
    server.remove('services', service(0));
    server.endWatches();
    expect((await watched).failure).toBeUndefined();
    expect([...kept.objects.keys()]).toEqual(['shop/web-1']);
    expect(kept.length).toBe(kept.objects.get('shop/web-1')!.length);
  });

  it('has the same limit while it is watched', async () => {
    const { server, asking } = await start({ objects: clusterOf(2) });
    const kept = { ...(await listObjects(SERVICES, asking)).value! };
    const watched = watchOnce(kept, { ...asking, mostKept: kept.length + 1 }, () => undefined);
    while (server.watches() === 0) await sleep(2);
    server.apply('services', service(7));
    expect((await watched).failure!.problem).toMatchObject({ code: 'cluster-answer', message: LONGER });
  });
});

describe('a busy server', () => {
  it.each([429, 500, 502, 503, 504])('that answers %i is asked again, longer each time', async (code) => {
    let busy = 3;
    const { asking, waits } = await start({
      objects: clusterOf(1),
      instead: (_, response) => busy-- > 0 && refuse(response, code),
    });
    expect((await listObjects(SERVICES, asking)).value!.objects.size).toBe(1);
    expect(waits).toEqual([500, 1000, 2000]);
  });

  it('is asked when it wants to be', async () => {
    const after = ['7', 'Sat, 21 Nov 2026 12:00:09 GMT', '100000', 'soon'];
    const { server, asking, waits } = await start({
      instead: (_, response) => refuse(response, 503, 'starting', { 'retry-after': after.shift() ?? '1' }),
    });
    const { failure } = await listObjects(SERVICES, asking);
    expect(failure!.problem.message).toBe(`${server.url} answers 503 to the question for services: starting`);
    expect(waits).toEqual([7000, 9000, 60_000, 4000]);
    expect(server.questions).toHaveLength(5);
  });

  it('that breaks connections is asked again', async () => {
    let broken = 2;
    const { asking, waits } = await start({
      objects: clusterOf(1),
      instead: (_, response) => {
        if (broken-- <= 0) return false;
        if (broken === 0) response.write('{"kind":');
        response.socket?.destroy();
        return true;
      },
    });
    expect((await listObjects(SERVICES, asking)).value!.objects.size).toBe(1);
    expect(waits).toEqual([500, 1000]);
  });

  it('is not asked again when nobody wants to know', async () => {
    const ending = new AbortController();
    ending.abort();
    const { asking } = await start({});
    const { failure } = await listObjects(SERVICES, { ...asking, signal: ending.signal });
    expect(failure!.problem.code).toBe('cluster-unreachable');
  });
});

describe('the wait that a server asks for', () => {
  it.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ['0', 0],
    ['120', 120_000],
    ['Sat, 21 Nov 2026 11:59:00 GMT', 0],
    ['-1', undefined],
    ['1e9', undefined],
    ['soon', undefined],
  ])('%s is %s', (value, expected) => {
    const milliseconds = readRetryAfter(value, Date.parse('2026-11-21T12:00:00Z'));
    expect(milliseconds).toBe(expected);
  });

  it('is spread, so that nodes do not ask all at once', async () => {
    const waits: number[] = [];
    const world: World = { ...askingOf(answering(), waits).world, random: () => 0.5 };
    const failure = {
      problem: { code: 'cluster-answer', severity: 'error', message: 'x' },
      retry: {},
    } as const;
    await withRetries(() => Promise.resolve({ failure }), world, new AbortController().signal);
    expect(waits).toEqual([625, 1250, 2500, 5000]);
  });
});

describe('an answer', () => {
  it('is not read beyond its limit', async () => {
    const { failure } = await readBody(message(200, 'x'.repeat(11)), 10, 'https://a', 1000);
    expect(failure!.problem.message).toBe('the answer is longer than 10 bytes, the most that is read');
    expect(await readBody(message(200, 'x'.repeat(10)), 10, 'https://a', 1000)).toEqual({
      value: 'x'.repeat(10),
    });
  });

  it('with an error may be of any form', async () => {
    const said = async (text: string): Promise<string> => {
      const { failure } = await listObjects(SERVICES, askingOf(answering([400, text])));
      return failure!.problem.message;
    };
    const plain = 'https://stand.in answers 400 to the question for services';
    expect(await said('no')).toBe(plain);
    expect(await said('{"message":""}')).toBe(plain);
    expect(await said('{"message":7}')).toBe(plain);
    expect(await said('x'.repeat(300_000))).toBe(plain);
    expect(await said('{"message":"a\\nb\\u001b[31m"}')).toBe(`${plain}: a\\nb\\u001b[31m`);
    expect(await said(JSON.stringify({ message: 'y'.repeat(201) }))).toBe(`${plain}: ${'y'.repeat(200)}...`);
  });

  it('of 404 leads to the next resource, and the last one is told', async () => {
    const { server, asking } = await start({ paths: {} });
    const { failure } = await listFirst(WANTED[1]!, asking);
    expect(server.questions.map(({ path }) => path)).toEqual([
      '/apis/discovery.k8s.io/v1/endpointslices',
      '/apis/discovery.k8s.io/v1beta1/endpointslices',
      '/api/v1/endpoints',
    ]);
    expect(failure!.problem.message).toMatch(/answers 404 to the question for endpoints: /);
  });

  it('comes from below the path of the server, where it has one', async () => {
    const { server } = await start({ instead: ({ path }, response) => refuse(response, 400, path) });
    const { failure } = await listObjects(NODES, askingOf(connectionTo(`${server.url}/clusters/7/`)));
    expect(failure!.problem.message).toMatch(/: \/clusters\/7\/api\/v1\/nodes$/);
  });

  it('is not there when credentials are not, or cannot be sent', async () => {
    const problem = { code: 'kubeconfig-invalid', severity: 'error', message: 'none' } as const;
    const access = { server: 'https://a', user: '', kubectlOptions: '' };
    const none = connect({ ...access, credentials: () => Promise.resolve({ failure: { problem } }) });
    expect((await listObjects(NODES, askingOf(none))).failure).toEqual({ problem });
    const headers = { Authorization: 'Bearer a\nb' };
    const bad = connect({ ...access, credentials: () => Promise.resolve({ value: { headers } }) });
    expect((await listObjects(NODES, askingOf(bad))).failure!.problem.message).toBe(
      'https://a: the question cannot be sent (ERR_INVALID_CHAR)',
    );
  });
});

function message(statusCode: number, text: string): IncomingMessage {
  return Object.assign(Readable.from([Buffer.from(text)]), {
    statusCode,
    headers: {},
  }) as unknown as IncomingMessage;
}

/** A connection that gives these answers, one after the other. */
function answering(...answers: readonly (readonly [status: number, text: string])[]): Connection {
  const left = [...answers];
  return {
    access: {
      server: 'https://stand.in',
      user: '',
      kubectlOptions: '',
      credentials: () => Promise.resolve({ value: {} }),
    },
    get: () => Promise.resolve({ value: message(...(left.shift() ?? [404, ''])) }),
  };
}
