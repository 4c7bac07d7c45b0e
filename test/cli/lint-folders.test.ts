import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Writes files below the folder of the test. */
function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const BAD =
  'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80000, targetPort: 80}]}\n';
const FINDING = (file: string): string =>
  `${join(folder, file)}:4:23: error: Service default/web: spec.ports[0].port: Invalid value: 80000: must be between 1 and 65535, inclusive [api-invalid]\n`;
const SUMMARY = '1 finding (1 error, 0 warnings) in 1 object\n';

const lint = async (...words: readonly string[]): ReturnType<typeof run> =>
  run(['lint', '-R', '-f', folder, ...words]);

describe('lint of a folder', () => {
  it('names what it may not look into, and tells the findings of the rest', async () => {
    write({ 'a/web.yaml': BAD, 'b/.svc2iptignore/web.yaml': '' });
    expect(await lint()).toEqual({
      code: 2,
      stdout: FINDING('a/web.yaml'),
      stderr: `svc2ipt: error: ${join(folder, 'b/.svc2iptignore')}: is a directory [file-unreadable]\n${SUMMARY}`,
    });
  });

  const OTHERS: Readonly<Record<string, readonly [text: string, what: string]>> = {
    'Chart.yaml': ['apiVersion: v2\nname: shop\nversion: 1.0.0\n', 'a Helm chart'],
    'compose.yaml': ['services: {web: {image: nginx}}\n', 'a compose file'],
    'config.yaml': ['log: {level: info}\n', 'neither apiVersion nor kind in it'],
    'dashboard.json': ['{"panels": [], "title": "Shop"}', 'a dashboard'],
    'kustomization.yaml': ['resources: [web.yaml]\npatches: [{path: patch.yaml}]\n', 'a kustomization'],
    'package.json': ['{"name": "shop", "version": "1.0.0"}', 'an npm package'],
    'patch-json.yaml': ['- {op: replace, path: /spec/type, value: NodePort}\n', 'a JSON patch'],
    'patch.yaml': [
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n',
      'part of a kustomization',
    ],
    'playbook.yaml': ['- {hosts: all, tasks: []}\n', 'a list without Kubernetes objects'],
    'values-prod.yaml': ['kind: DaemonSet\nimage: {tag: "1"}\n', 'Helm values'],
    'workflow.yaml': ['on: push\njobs: {test: {runs-on: ubuntu}}\n', 'a workflow'],
  };

  it('skips what is something else with one line, and names it with -v', async () => {
    write({ 'web.yaml': BAD });
    write(Object.fromEntries(Object.entries(OTHERS).map(([name, [text]]) => [name, text])));
    expect(await lint()).toEqual({
      code: 1,
      stdout: FINDING('web.yaml'),
      stderr: `skipped 11 files without Kubernetes objects (-v names them)\n${SUMMARY}`,
    });
    const named = Object.entries(OTHERS).map(([name, [, what]]) => `  ${join(folder, name)}: ${what}\n`);
    expect((await lint('-v')).stderr).toBe(
      `skipped 11 files without Kubernetes objects:\n${named.join('')}${SUMMARY}`,
    );
  });

  it('tells what cannot be read, and what it finds in the rest', async () => {
    write({
      'web.yaml': BAD,
      'broken.yaml': 'a: "b\n',
      'half.yaml': 'kind: Service\nmetadata: {name: x}\n',
      'text.yaml': 'hello\n',
    });
    const place = (file: string): string => join(folder, file);
    expect(await lint()).toEqual({
      code: 2,
      stdout: FINDING('web.yaml'),
      stderr: [
        `${place('broken.yaml')}:1:4: error: the double quote that begins here is not closed [yaml-syntax]`,
        `${place('half.yaml')}:1:1: error: the Service has no apiVersion [not-an-object]`,
        `${place('text.yaml')}:1:1: error: expected an object with apiVersion and kind, not a string [not-an-object]`,
        SUMMARY,
      ].join('\n'),
    });
  });

  it('prints JSON and SARIF even where nothing can be read', async () => {
    write({ 'broken.yaml': 'a: "b\n' });
    const json = await lint('-o', 'json');
    expect([json.code, json.stdout]).toEqual([2, '[]\n']);
    const sarif = await lint('-o', 'sarif');
    const log = JSON.parse(sarif.stdout) as { readonly runs: readonly { readonly results: unknown }[] };
    expect([sarif.code, log.runs.map(({ results }) => results)]).toEqual([2, [[]]]);
  });

  it('exits with 2 where all there is is something else', async () => {
    write({ 'values.yaml': 'a: 1\n' });
    const { code, stderr } = await lint();
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      `svc2ipt: error: ${join(folder, 'values.yaml')}: no Kubernetes object in the input [no-input]`,
    ]);
  });

  it('tells of a chart once, with the command in use', async () => {
    write({
      'web.yaml': BAD,
      'shop/templates/a.yaml': 'kind: {{ .Values.kind }}\n',
      'shop/templates/sub/b.yaml': '{{- if .Values.on }}\na: 1\n{{- end }}\n',
      'shop/charts/db/templates/c.yaml': 'name: {{ .Release.Name }}\n',
      'loose.yaml': 'name: {{ name }}\n',
    });
    const { code, stdout, stderr } = await lint();
    expect([code, stdout]).toEqual([2, FINDING('web.yaml')]);
    const [shop, db] = [join(folder, 'shop'), join(folder, 'shop/charts/db')];
    expect(stderr.split('\n').slice(0, -2)).toEqual([
      `${join(folder, 'loose.yaml')}:1:7: error: {{ }} is a Helm template that was not rendered; render it first: helm template CHART | svc2ipt lint -f - [helm-template]`,
      `${db}/templates/c.yaml:1:7: error: a file of this Helm chart is a template that nobody rendered; render it first: helm template ${db} | svc2ipt lint -f - [helm-template]`,
      `${shop}/templates/a.yaml:1:7: error: 2 files of this Helm chart are templates that nobody rendered; render it first: helm template ${shop} | svc2ipt lint -f - [helm-template]`,
    ]);
  });

  it('leaves out hidden folders, what --exclude says and what .svc2iptignore says', async () => {
    write({
      'web.yaml': BAD,
      '.github/a.yaml': 'hello\n',
      'old/b.yaml': 'hello\n',
      'deep/er/c.yaml': 'hello\n',
      'deep/.svc2iptignore': '# not ours\n/er/\n',
      'd.gen.yaml': 'hello\n',
    });
    expect(await lint('--exclude', 'old/', '--exclude', '*.gen.yaml')).toEqual({
      code: 1,
      stdout: FINDING('web.yaml'),
      stderr: SUMMARY,
    });
  });
});

describe('compile of a folder', () => {
  it('refuses what it cannot read, unless it is excluded', async () => {
    write({ 'web.yaml': BAD.replace('80000', '80'), 'values.yaml': 'a: 1\n' });
    const refused = await run(['compile', '-f', folder]);
    expect([refused.code, refused.stdout, refused.stderr]).toEqual([
      2,
      '',
      `${join(folder, 'values.yaml')}:1:1: error: the object has no apiVersion and no kind [not-an-object]\n`,
    ]);
    expect((await run(['compile', '-f', folder, '--exclude', 'values.yaml'])).code).toBe(0);
  });
});
