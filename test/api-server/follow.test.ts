/** A cluster that is followed: lists, then watches, and what can happen to them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FollowedCluster, followCluster } from '../../src/api-server/read-cluster.ts';
import { MAX_EVENT_BYTES } from '../../src/api-server/limits.ts';
import { linesOf } from '../../src/api-server/watch-lines.ts';
import { type ApiServer, type Instead, refuse, startApiServer } from '../helpers/api-server.ts';
import { clusterOf, node, service } from '../helpers/cluster-objects.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-follow-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

interface Started {
  readonly server: ApiServer;
  readonly cluster: FollowedCluster;
  readonly waits: readonly number[];
  /** Lets time pass for what is told, without waiting. */
  readonly pass: (milliseconds: number) => void;
  /** The names of the Services that are known now, or what is wrong. */
  readonly services: () => Promise<readonly string[]>;
}

async function start(instead?: Instead): Promise<Started> {
  const server = await startApiServer({ objects: clusterOf(2), ...(instead && { instead }) });
  const waits: number[] = [];
  let clock = 0;
  const cluster = followCluster(
    { file: server.kubeconfig(folder), env: {}, timeout: 5000 },
    {
      now: () => clock,
      random: () => 0,
      sleep: async (milliseconds, signal) => {
        waits.push(milliseconds);
        await sleep(2, undefined, { signal }).catch(() => undefined);
      },
    },
  );
  ending.push(async () => {
    await cluster.close();
    await server.close();
  });
  const services = async (): Promise<readonly string[]> => {
    const { value, problems } = await cluster.read();
    if (problems.length > 0) return problems.map(({ message }) => message.replaceAll(server.url, 'SERVER'));
    return value
      .filter(({ name }) => name === '<cluster>/services')
      .flatMap(({ text }) => (JSON.parse(text) as { readonly items: readonly Named[] }).items)
      .map(({ metadata, spec }) => `${metadata.name}:${spec.ports[0]!.port}`);
  };
  const pass = (milliseconds: number): void => {
    clock += milliseconds;
  };
  return { server, cluster, waits, pass, services };
}

interface Named {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly ports: readonly { readonly port: number }[] };
}

/** Waits until what `read` gives is as expected. */
async function until<T>(read: () => T | Promise<T>, expected: T): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (JSON.stringify(await read()) === JSON.stringify(expected)) return;
    await sleep(5);
  }
  expect(await read()).toEqual(expected);
}

const BOTH = ['web-0:80', 'web-1:80'];
const watching = ({ server }: Started): Promise<void> => until(server.watches, 3);

/** Where the last watch of Services began. */
const lastPlace = ({ server }: Started): string | null | undefined =>
  server.questions
    .filter(({ isWatch, resource }) => isWatch && resource === 'services')
    .at(-1)
    ?.query.get('resourceVersion');

describe('a followed cluster', () => {
  it('is listed once, and then told by events', async () => {
    const started = await start();
    const { server, services } = started;
    expect(await services()).toEqual(BOTH);
    await watching(started);
    server.apply('services', service(7));
    server.apply('services', service(1, 81));
    server.remove('services', service(0));
    await until(services, ['web-1:81', 'web-7:80']);
    server.apply('nodes', node('node-2'));
    await until(async () => (await started.cluster.read()).value.at(-1)?.text.includes('node-2'), true);
    expect(server.questions.filter(({ isWatch }) => !isWatch)).toHaveLength(3);
    expect(server.questions.at(-1)!.query.get('allowWatchBookmarks')).toBe('true');
  });

  it('goes on from the last bookmark when a watch ends', async () => {
    const started = await start();
    await started.services();
    await watching(started);
    started.server.bookmark();
    await sleep(20);
    started.server.endWatches();
    await watching(started);
    const began = started.server.questions.filter(({ isWatch }) => isWatch);
    const [first, last] = [began[0]!, began.at(-1)!].map(({ query }) => Number(query.get('resourceVersion')));
    expect(last).toBe(first! + 1);
    expect(started.waits).toEqual([1000, 1000, 1000]);
    started.server.apply('services', service(7));
    await until(started.services, [...BOTH, 'web-7:80']);
  });

  it.each<[string, number | undefined]>([
    ['an event', 410],
    ['the answer to the next watch', undefined],
  ])('is listed anew when %s says that the server forgot', async (_, code) => {
    const started = await start();
    await started.services();
    await watching(started);
    started.server.compact();
    started.server.apply('services', service(7));
    started.server.remove('services', service(0));
    started.server.compact();
    started.server.endWatches(code);
    await until(started.services, ['web-1:80', 'web-7:80']);
    await watching(started);
    expect(Number(lastPlace(started))).toBeGreaterThan(100);
  });

  it('waits, and then goes on where it was, after another error', async () => {
    const started = await start();
    await started.services();
    await watching(started);
    const place = lastPlace(started);
    started.server.endWatches(500);
    await watching(started);
    expect(started.waits).toEqual([500, 500, 500]);
    expect(lastPlace(started)).toBe(place);
    expect(await started.services()).toEqual(BOTH);
  });

  it('is as it was during a short trouble, and unknown in a long one', async () => {
    let isDown = false;
    const started = await start((question, response) => {
      if (!isDown) return false;
      response.socket?.destroy();
      return question.path !== '';
    });
    await started.services();
    await watching(started);
    isDown = true;
    started.server.endWatches(500);
    await until(() => started.waits.length > 9, true);
    expect(await started.services()).toEqual(BOTH);
    started.pass(60_000);
    expect(await started.services()).toEqual(
      Array(3).fill('SERVER: the connection was closed before the answer was complete'),
    );
    expect(Math.max(...started.waits)).toBeLessThanOrEqual(30_000);
    isDown = false;
    await watching(started);
    await until(started.services, BOTH);
  });

  it('tells when the account may list, but not watch', async () => {
    const started = await start(({ isWatch }, response) => isWatch && refuse(response, 403));
    expect(await started.services()).toEqual(BOTH);
    await until(() => started.waits.length > 2, true);
    started.pass(60_000);
    expect((await started.services())[0]).toMatch(
      /^the account may not watch services \(403\): ask: kubectl --kubeconfig .* auth can-i watch services --all-namespaces$/,
    );
  });

  it('tells at once when it cannot be listed, and recovers', async () => {
    let isRefused = true;
    const started = await start((_, response) => isRefused && refuse(response, 401));
    const problems = await started.services();
    expect(problems).toHaveLength(3);
    expect(problems[0]).toMatch(/^SERVER does not know user tester \(401\)/);
    isRefused = false;
    await until(started.services, BOTH);
  });

  it.each([
    ['no JSON', '<html>'],
    ['no event', '{"type":"NEWS","object":{"metadata":{"name":"a","namespace":"b"}}}'],
    ['no object', '{"type":"ADDED"}'],
    ['an object without a name', '{"type":"ADDED","object":{"metadata":{}}}'],
    ['an error without a code', '{"type":"ERROR"}'],
  ])('stays as it was when a watch sends %s', async (_, line) => {
    let sent = 0;
    const started = await start(({ isWatch, resource }, response) => {
      if (!isWatch || resource !== 'services' || sent > 0) return false;
      sent += 1;
      response.end(`\n${line}\n`);
      return true;
    });
    expect(await started.services()).toEqual(BOTH);
    await watching(started);
    expect(started.waits).toEqual([500]);
    expect(await started.services()).toEqual(BOTH);
  });

  it.each([
    ['bookmarks', '{"type":"BOOKMARK"}\n{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":""}}}\n'],
    ['an object', `${JSON.stringify({ type: 'MODIFIED', object: service(1) })}\n`],
  ])('goes on where it was after %s without a version', async (_, lines) => {
    let sent = 0;
    const started = await start(({ isWatch, resource }, response) => {
      if (!isWatch || resource !== 'services' || sent > 0) return false;
      sent += 1;
      response.end(lines);
      return true;
    });
    await started.services();
    await watching(started);
    const places = started.server.questions
      .filter(({ isWatch, resource }) => isWatch && resource === 'services')
      .map(({ query }) => query.get('resourceVersion'));
    expect(places).toEqual(['105', '105']);
  });

  it('ends all watches when it is closed', async () => {
    const started = await start();
    await started.services();
    await watching(started);
    await started.cluster.close();
    await until(started.server.watches, 0);
  });

  it('can be closed before it was read, or when it has no kubeconfig', async () => {
    const cluster = followCluster({ file: join(folder, 'missing'), env: {}, timeout: 1 });
    await cluster.close();
    expect((await cluster.read()).problems.map(({ code }) => code)).toEqual(['kubeconfig-invalid']);
  });
});

describe('the lines of a watch', () => {
  const linesIn = async (...parts: readonly string[]): Promise<readonly unknown[]> => {
    const lines: unknown[] = [];
    for await (const line of linesOf(
      (async function* () {
        for (const part of parts) yield await Promise.resolve(Buffer.from(part));
      })(),
    ))
      lines.push(line.value ?? line.failure.problem.message);
    return lines;
  };

  it('may come in parts, also of one character', async () => {
    const [first, second] = [Buffer.from('ä').subarray(0, 1), Buffer.from('ä').subarray(1)];
    const lines: unknown[] = [];
    for await (const line of linesOf(
      (async function* () {
        for (const part of [Buffer.from('a'), first, second, Buffer.from('b\n\nc\nd')])
          yield await Promise.resolve(part);
      })(),
    ))
      lines.push(line.value);
    expect(lines).toEqual(['aäb', 'c']);
    expect(await linesIn('one', '\ntw', 'o\n')).toEqual(['one', 'two']);
  });

  it('have a limit', async () => {
    const part = 'x'.repeat(MAX_EVENT_BYTES / 4);
    expect(await linesIn('a\n', part, part, part, part, 'x', '\nb\n')).toEqual([
      'a',
      `an event of the watch is longer than ${MAX_EVENT_BYTES} bytes, the most that is read`,
    ]);
  });
});
