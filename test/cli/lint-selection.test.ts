/** `--enable`, `--disable`, `--fail-on`, `--baseline`: which findings are told, and which fail. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';

let folder = '';
let path = '';
let baseline = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-test-'));
  mkdirSync(join(folder, 'deploy'));
  path = join(folder, 'deploy/web.yaml');
  baseline = join(folder, 'baseline.json');
  writeFileSync(path, MANIFEST);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

// A warning (unknown-field) and an error (api-invalid).
const MANIFEST = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80, targetport: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec: {ports: [{port: 80000, targetPort: 80}]}
`;

/** Exit code and the codes told. */
async function lint(
  ...argv: readonly string[]
): Promise<{ code: number; codes: readonly string[]; stderr: string }> {
  const { code, stdout, stderr } = await run(['lint', '-f', path, ...argv]);
  const codes = stdout.split('\n').flatMap((line) => /\[([a-z-]+)\]$/.exec(line)?.[1] ?? []);
  return { code, codes, stderr };
}

describe('codes', () => {
  it.each<[readonly string[], readonly string[], number]>([
    [[], ['unknown-field', 'api-invalid'], 1],
    [['--disable', 'unknown-field'], ['api-invalid'], 1],
    [['--disable', 'unknown-field,api-invalid'], [], 0],
    [['--disable', 'unknown-field', '--disable', 'api-invalid'], [], 0],
    [['--enable', 'unknown-field'], ['unknown-field'], 1],
    [['--enable', 'unknown-field,api-invalid', '--disable', 'api-invalid'], ['unknown-field'], 1],
    [['--enable', 'node-port-conflict'], [], 0],
  ])('%j tells %j', async (argv, codes, code) => {
    const result = await lint(...argv);
    expect({ code: result.code, codes: result.codes }).toEqual({ code, codes });
  });

  it.each(['--enable', '--disable'])('%s wants codes that there are', async (flag) => {
    const { code, codes, stderr } = await lint(flag, 'unknown-fields,api-invalid');
    expect({ code, codes }).toEqual({ code: 2, codes: [] });
    expect(stderr).toContain(`${flag}: there is no code "unknown-fields", did you mean "unknown-field"?`);
  });
});

describe('--fail-on', () => {
  it.each([
    ['warning', 'unknown-field', 1],
    ['error', 'unknown-field', 0],
    ['error', 'api-invalid', 1],
    ['never', 'api-invalid', 0],
  ])('%s with %s', async (level, only, code) => {
    const result = await lint('--fail-on', level, '--enable', only);
    expect({ code: result.code, codes: result.codes }).toEqual({ code, codes: [only] });
  });

  it('wants one of three words', async () => {
    expect((await lint('--fail-on', 'info')).code).toBe(2);
  });
});

describe('--baseline', () => {
  const write = (): ReturnType<typeof lint> => lint('--baseline', baseline, '--write-baseline');

  it('is written with a line for each finding, and then known', async () => {
    const written = await write();
    expect({ code: written.code, codes: written.codes }).toEqual({ code: 0, codes: [] });
    expect(readFileSync(baseline, 'utf8')).toBe(`{
  "apiVersion": "svc2ipt/v1",
  "kind": "LintBaseline",
  "findings": [
    {"file":"deploy/web.yaml","code":"unknown-field","object":"Service default/web","path":"spec.ports[0].targetport"},
    {"file":"deploy/web.yaml","code":"api-invalid","object":"Service default/api","path":"spec.ports[0].port"}
  ]
}
`);
    const { code, codes } = await lint('--baseline', baseline);
    expect({ code, codes }).toEqual({ code: 0, codes: [] });
  });

  it('knows what moved to another line, and nothing new', async () => {
    await write();
    writeFileSync(
      path,
      `# A comment.\n\n${MANIFEST.replace('targetport: 8080', 'targetport: 8080, odd: 1')}`,
    );
    expect(await lint('--baseline', baseline)).toMatchObject({ code: 1, codes: ['unknown-field'] });
  });

  it('tells what it holds without need', async () => {
    await write();
    writeFileSync(path, MANIFEST.replace(', targetport: 8080', ''));
    const { code, codes, stderr } = await lint('--baseline', baseline);
    expect({ code, codes }).toEqual({ code: 0, codes: [] });
    expect(stderr).toContain(
      `${baseline}:5:5: information: the baseline knows unknown-field of Service default/web in deploy/web.yaml, which is there no longer`,
    );
  });

  it('says nothing of files that were not looked at', async () => {
    await write();
    const other = join(folder, 'deploy/other.yaml');
    writeFileSync(other, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n');
    const { code, stderr } = await run(['lint', '-f', other, '--baseline', baseline]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'nothing found in 1 object\n' });
  });

  it('counts findings of one place', async () => {
    const twice = MANIFEST.replaceAll('name: api', 'name: web').replace('80000', '80, targetport: 1');
    writeFileSync(path, twice.split('---\n')[0] ?? '');
    await write();
    writeFileSync(path, twice);
    const { codes } = await lint('--baseline', baseline, '--disable', 'duplicate-object');
    expect(codes).toEqual(['unknown-field']);
  });

  it.each<[string, string, RegExp]>([
    [
      'is no baseline',
      '{"apiVersion": "v1", "kind": "List", "items": []}',
      /one document|apiVersion svc2ipt\/v1 and kind LintBaseline/,
    ],
    [
      'is another object',
      '{"apiVersion": "v1", "kind": "ConfigMap"}',
      /baseline\.json:1:1: .*apiVersion svc2ipt\/v1 and kind LintBaseline/,
    ],
    ['is no JSON', '{', /baseline\.json:/],
    ['has no list', '{"apiVersion": "svc2ipt/v1", "kind": "LintBaseline"}', /must be a list of findings/],
    [
      'has odd entries',
      '{"apiVersion": "svc2ipt/v1", "kind": "LintBaseline", "findings": [{"file": 1, "code": "a", "object": "b", "path": "c", "line": 1}, 2]}',
      /file must be a string[^]*unknown field "line"[^]*must be an object with file, code, object, path/,
    ],
  ])('is refused when it %s', async (_, text, message) => {
    writeFileSync(baseline, text);
    const { code, codes, stderr } = await lint('--baseline', baseline);
    expect({ code, codes }).toEqual({ code: 2, codes: [] });
    expect(stderr).toMatch(message);
  });

  it('must be there unless it is to be written', async () => {
    const { code, stderr } = await lint('--baseline', baseline);
    expect(code).toBe(2);
    expect(stderr).toContain('no such file');
    expect((await lint('--write-baseline')).stderr).toContain('--write-baseline needs --baseline FILE');
  });
});

it('an idle comment is told as information, and does not fail', async () => {
  writeFileSync(path, `# svc2ipt-ignore node-port-conflict: gone\n${MANIFEST}`);
  const { code, stderr } = await lint('--disable', 'api-invalid,unknown-field');
  expect(code).toBe(0);
  expect(stderr).toContain(`${path}:1:1: information: svc2ipt-ignore node-port-conflict silences nothing`);
});
