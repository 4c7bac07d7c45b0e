import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/lint');
const BAD = join(FIXTURES, 'node-port-conflict/bad.yaml');
const GOOD = join(FIXTURES, 'node-port-conflict/good.yaml');
const EXPECTED = readFileSync(join(FIXTURES, 'node-port-conflict/expected.txt'), 'utf8');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('svc2ipt lint', () => {
  it('exits with 0 and says nothing on standard output when there is nothing to say', async () => {
    expect(await run(['lint', '-f', GOOD])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'nothing found in 5 objects\n',
    });
  });

  it('exits with 1 and prints the findings, a line each', async () => {
    expect(await run(['lint', '-f', BAD])).toEqual({
      code: 1,
      stdout: EXPECTED.replaceAll('bad.yaml:', `${BAD}:`),
      stderr: '3 findings (3 errors, 0 warnings) in 5 objects\n',
    });
  });

  it('reads standard input', async () => {
    const { code, stdout } = await run(['lint', '-f', '-'], { stdin: readFileSync(BAD) });
    expect({ code, stdout }).toEqual({ code: 1, stdout: EXPECTED.replaceAll('bad.yaml:', '<stdin>:') });
  });

  it('descends into directories only with -R', async () => {
    expect((await run(['lint', '-f', FIXTURES])).code).toBe(2);
    expect((await run(['lint', '-R', '-f', join(FIXTURES, 'api-invalid')])).code).toBe(1);
  });

  it('prints JSON', async () => {
    const { code, stdout, stderr } = await run(['lint', '-f', BAD, '-o', 'json']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect((JSON.parse(stdout) as readonly unknown[])[0]).toEqual({
      code: 'node-port-conflict',
      severity: 'error',
      file: BAD,
      line: 28,
      column: 32,
      kind: 'Service',
      namespace: 'default',
      name: 'b',
      path: 'spec.ports[0].nodePort',
      message: `node port 30080/TCP is also that of Service default/a (${BAD}:20:32)`,
    });
    expect(await run(['lint', '-f', GOOD, '-o', 'json'])).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
  });

  it('prints SARIF with paths that a code host finds', async () => {
    const { code, stdout } = await run(['lint', '-f', BAD, '-o', 'sarif']);
    expect(code).toBe(1);
    expect([...stdout.matchAll(/"uri": "(.*)"/g)].map((match) => match[1])).toEqual(
      Array.from({ length: 3 }, () => 'fixtures/lint/node-port-conflict/bad.yaml'),
    );
  });

  it('tells what the API server would reject as a finding', async () => {
    const path = join(folder, 'web.yaml');
    writeFileSync(
      path,
      'apiVersion: v1\nkind: Service\nmetadata: {name: Web}\nspec: {ports: [{port: 80}]}\n',
    );
    const { code, stdout } = await run(['lint', '-f', path]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^.*web\.yaml:3:18: error: Service default\/Web: metadata\.name: .* \[api-invalid\]\n$/,
    );
  });

  it('makes unknown fields errors with --strict', async () => {
    const path = join(FIXTURES, 'unknown-field/bad.yaml');
    expect((await run(['lint', '-f', path])).stdout).toMatch(/: warning: .* \[unknown-field\]\n/);
    expect((await run(['lint', '-f', path, '--strict'])).stdout).toMatch(/: error: .* \[unknown-field\]\n/);
  });

  it('colours the severity on a terminal', async () => {
    const { stdout } = await run(['lint', '-f', BAD], { terminal: true });
    expect(stdout).toContain(': \u001b[31merror\u001b[39m: Service ');
  });

  it.each<[string, readonly string[], string, string]>([
    [
      'no input',
      [],
      '',
      'svc2ipt: error: no input: name files or directories with -f, - for stdin, or a cluster with --from-cluster [usage]\n',
    ],
    [
      'a missing file',
      ['-f', 'no-such.yaml'],
      '',
      'svc2ipt: error: no-such.yaml: no such file or directory [file-unreadable]\n',
    ],
    [
      'nothing at all',
      ['-f', '-'],
      '',
      'svc2ipt: error: <stdin>: no Kubernetes object in the input [no-input]\n',
    ],
    [
      'no kind',
      ['-f', '-'],
      'apiVersion: v1',
      '<stdin>:1:1: error: the object has no kind [not-an-object]\n',
    ],
  ])('exits with 2 and prints no findings for %s', async (_, argv, stdin, stderr) => {
    expect(await run(['lint', ...argv], { stdin })).toEqual({ code: 2, stdout: '', stderr });
  });

  it('exits with 2 for a form of output that it does not know', async () => {
    const { code, stdout } = await run(['lint', '-f', GOOD, '-o', 'xml']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
