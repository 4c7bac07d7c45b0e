/** What runs svc2ipt elsewhere: the action for GitHub, the hooks for pre-commit, the snippets of docs. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '..');
const PAGE = readFileSync(join(ROOT, 'docs/reviews.md'), 'utf8');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly version: string;
};

interface Step {
  readonly name: string;
  readonly if?: string;
  readonly shell: string;
  readonly env: Readonly<Record<string, string>>;
  readonly run: string;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly args: readonly string[];
  readonly language: string;
  readonly pass_filenames: boolean;
}

const ACTION = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as Action;
const HOOKS = parse(readFileSync(join(ROOT, '.pre-commit-hooks.yaml'), 'utf8')) as readonly Hook[];

const MANIFEST = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.0.20, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: web}
subsets: [{addresses: [{ip: 10.244.1.10}], ports: [{port: 8080}]}]
`;
const BAD = 'apiVersion: v1\nkind: Service\nmetadata: {name: bad}\nspec: {ports: []}\n';
const GOLDEN = 'inputs: [../deploy]\noutputs: [{file: node.save, settings: {cluster-cidr: 10.244.0.0/16}}]\n';

let folder = '';
let repository = '';
let bin = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-test-'));
  repository = join(folder, 'repository');
  bin = join(folder, 'programs');
  for (const path of [repository, bin, join(repository, 'deploy'), join(repository, 'golden')])
    mkdirSync(path);
  writeFileSync(join(repository, 'deploy/web.yaml'), MANIFEST);
  writeFileSync(join(repository, 'golden/svc2ipt.yaml'), GOLDEN);
  script('svc2ipt', `exec '${process.execPath}' '${join(ROOT, 'bin/svc2ipt.js')}' "$@"`);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function script(name: string, line: string, where = bin): void {
  writeFileSync(join(where, name), `#!/bin/bash\n${line}\n`);
  chmodSync(join(where, name), 0o755);
}

interface Result {
  readonly code: number | null;
  readonly output: string;
}

function bash(text: string, env: Readonly<Record<string, string>>, path: readonly string[] = [bin]): Result {
  const file = join(folder, 'step.sh');
  writeFileSync(file, text);
  // As a runner of GitHub runs `shell: bash`.
  const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', file], {
    cwd: repository,
    encoding: 'utf8',
    env: { HOME: folder, PATH: [...path, process.env['PATH'] ?? ''].join(delimiter), NO_COLOR: '1', ...env },
  });
  return { code: status, output: stdout + stderr };
}

const svc2ipt = (...words: readonly string[]): Result => bash(`svc2ipt ${words.join(' ')}`, {});

describe('the action for GitHub', () => {
  const CONDITIONS: Readonly<Record<string, (inputs: Readonly<Record<string, string>>) => boolean>> = {
    "inputs.filename != ''": ({ filename }) => filename !== '',
    "inputs.golden != '' && !cancelled()": ({ golden }) => golden !== '',
  };

  /** Runs all steps as a runner does, until one fails that nothing lets go on. */
  function runAction(given: Readonly<Record<string, string>>): {
    readonly codes: readonly unknown[];
    readonly output: string;
    readonly summary: string;
  } {
    const inputs = Object.fromEntries(
      Object.entries(ACTION.inputs).map(([name, input]) => [name, given[name] ?? input.default]),
    );
    const files = Object.fromEntries(['path', 'summary'].map((name) => [name, join(folder, name)]));
    for (const path of Object.values(files)) writeFileSync(path, '');
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary, { recursive: true });
    const codes: unknown[] = [];
    let output = '';
    for (const step of ACTION.runs.steps) {
      const failed = codes.some((code) => code !== 0 && code !== 'skipped');
      const wanted = step.if === undefined || CONDITIONS[step.if]!(inputs);
      if (!wanted || (failed && step.if?.includes('cancelled()') !== true)) {
        codes.push('skipped');
        continue;
      }
      const env = Object.fromEntries(
        Object.entries(step.env).map(([name, value]) => [
          name,
          value.replace(/\$\{\{ inputs\.([a-z-]+) \}\}/g, (_, input: string) => inputs[input]!),
        ]),
      );
      const path = readFileSync(files['path']!, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .reverse();
      const result = bash(
        step.run,
        {
          ...env,
          GITHUB_ACTIONS: 'true',
          GITHUB_WORKSPACE: repository,
          GITHUB_PATH: files['path']!,
          GITHUB_STEP_SUMMARY: files['summary']!,
          RUNNER_TEMP: temporary,
        },
        [...path, join(folder, 'npm')],
      );
      codes.push(result.code);
      output += result.output;
    }
    return { codes, output, summary: readFileSync(files['summary']!, 'utf8') };
  }

  /** An npm that installs the program of this repository. */
  beforeEach(() => {
    mkdirSync(join(folder, 'npm'));
    const program = `#!/bin/sh\\nexec '${process.execPath}' '${join(ROOT, 'bin/svc2ipt.js')}' \\"\\$@\\"\\n`;
    script(
      'npm',
      `echo "npm $*" > '${folder}/npm.log'; mkdir -p "$4/bin"; printf "${program}" > "$4/bin/svc2ipt"; chmod 755 "$4/bin/svc2ipt"`,
      join(folder, 'npm'),
    );
  });

  it('installs the release that it belongs to', () => {
    expect(ACTION.inputs['package']?.default).toBe(`svc2ipt@${version}`);
    runAction({});
    expect(readFileSync(join(folder, 'npm.log'), 'utf8')).toBe(
      `npm install --global --prefix ${folder}/temporary/svc2ipt --no-audit --no-fund -- svc2ipt@${version}\n`,
    );
  });

  it('finds nothing in a good repository', () => {
    svc2ipt('compile', '--golden', 'golden');
    expect(runAction({ golden: 'golden' })).toEqual({
      codes: [0, 0, 0],
      output: 'nothing found in 2 objects\n'.replace(/^.*$/s, ''),
      summary:
        '### svc2ipt: nothing found in 2 objects\n\n### svc2ipt: all 1 golden files are up to date\n\n',
    });
  });

  it('annotates what lint finds, and still checks the golden files', () => {
    writeFileSync(join(repository, 'deploy/bad.yaml'), BAD);
    const { codes, output, summary } = runAction({ golden: 'golden' });
    expect(codes).toEqual([0, 1, 2]);
    expect(output.split('\n')).toEqual([
      '::error file=deploy/bad.yaml,line=4,col=15,title=Service default/bad [api-invalid]::spec.ports: Required value',
      '::notice title=svc2ipt::1 finding (1 error, 0 warnings) in 3 objects',
      '::error file=deploy/bad.yaml,line=4,col=15,title=Service default/bad [api-invalid]::spec.ports: Required value',
      '',
    ]);
    expect(summary).toContain('- <code>spec.ports</code>: Required value (<code>deploy/bad.yaml:4</code>');
  });

  it('annotates golden files that are out of date', () => {
    svc2ipt('compile', '--golden', 'golden');
    writeFileSync(join(repository, 'deploy/web.yaml'), MANIFEST.replace('10.244.1.10', '10.244.1.11'));
    const { codes, output } = runAction({ filename: '', golden: 'golden' });
    expect(codes).toEqual([0, 'skipped', 1]);
    expect(output).toMatch(
      /^::error file=deploy\/web\.yaml,line=3,col=18,title=default\/web \[missing-endpoint\]::1 of 1 files \(golden\/node\.save\): endpoint 10\.244\.1\.11:8080 is missing in the file%0A/,
    );
  });

  it('takes lists, and no input as a piece of script', () => {
    writeFileSync(join(repository, 'deploy/bad.yaml'), BAD);
    mkdirSync(join(repository, 'more'));
    writeFileSync(
      join(repository, 'more/shop.yaml'),
      MANIFEST.replaceAll('web', 'shop').replace('.20', '.21'),
    );
    const evil = '$(touch evil); `touch evil`; "; touch evil; #';
    const { codes } = runAction({ filename: 'deploy\nmore\n', exclude: `bad.yaml\n${evil}` });
    expect(codes).toEqual([0, 0, 'skipped']);
    runAction({ filename: evil, exclude: evil, 'fail-on': evil, golden: evil });
    expect(bash('ls', {}).output).toBe('deploy\ngolden\nmore\n');
    expect(ACTION.runs.steps.filter(({ run }) => run.includes('${{'))).toEqual([]);
    expect(runAction({ 'fail-on': 'never' }).codes).toEqual([0, 0, 'skipped']);
  });
});

/** svc2ipt.yaml is no manifest. */
const SKIPPED = 'skipped 1 file without Kubernetes objects (-v names them)\n';

describe('the hooks for pre-commit', () => {
  /** An npx that runs the program of this repository. */
  beforeEach(() => {
    script('npx', 'echo "npx $1 $2" >> "$HOME/npx.log"; shift 2; exec svc2ipt "$@"');
  });

  const runHook = (id: string): Result => {
    const { entry, args } = HOOKS.find((hook) => hook.id === id)!;
    return bash([entry, ...args.map((word) => `'${word}'`)].join(' '), {});
  };

  it('look at the whole repository, with the release that they belong to', () => {
    expect(HOOKS.map(({ language, pass_filenames }) => [language, pass_filenames])).toEqual([
      ['system', false],
      ['system', false],
    ]);
    for (const { id } of HOOKS) runHook(id);
    expect(readFileSync(join(folder, 'npx.log'), 'utf8')).toBe(`npx --yes svc2ipt@${version}\n`.repeat(2));
  });

  it('pass a good repository, and fail a bad one', () => {
    svc2ipt('compile', '--golden', 'golden');
    expect(runHook('svc2ipt-lint')).toEqual({ code: 0, output: `${SKIPPED}nothing found in 2 objects\n` });
    expect(runHook('svc2ipt-golden')).toEqual({ code: 0, output: 'all 1 golden files are up to date\n' });
    writeFileSync(join(repository, 'deploy/web.yaml'), MANIFEST.replace('10.244.1.10', '10.244.1.11'));
    expect(runHook('svc2ipt-golden').output).toContain('golden files is out of date\n');
    writeFileSync(join(repository, 'deploy/bad.yaml'), BAD);
    expect(runHook('svc2ipt-lint')).toEqual({
      code: 1,
      output:
        'deploy/bad.yaml:4:15: error: Service default/bad: spec.ports: Required value [api-invalid]\n' +
        `${SKIPPED}1 finding (1 error, 0 warnings) in 3 objects\n`,
    });
  });

  it.skipIf(spawnSync('pre-commit', ['--version']).error !== undefined)('run in pre-commit itself', () => {
    const hooks = join(folder, 'hooks');
    mkdirSync(hooks);
    cpSync(join(ROOT, '.pre-commit-hooks.yaml'), join(hooks, '.pre-commit-hooks.yaml'));
    const git = (cwd: string, ...words: readonly string[]): string =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...words], {
        cwd,
        encoding: 'utf8',
      });
    svc2ipt('compile', '--golden', 'golden');
    for (const path of [hooks, repository]) {
      git(path, 'init', '--quiet');
      git(path, 'add', '--all');
      git(path, 'commit', '--quiet', '--message', 'all');
    }
    const tryAll = (): Result =>
      bash(`pre-commit try-repo '${hooks}' --all-files`, { PRE_COMMIT_HOME: join(folder, 'cache') });
    const good = tryAll();
    expect(good.output).toMatch(/^svc2ipt lint\.*Passed$/m);
    expect(good.output).toMatch(/^svc2ipt golden files\.*Passed$/m);
    expect(good.code).toBe(0);
    writeFileSync(join(repository, 'deploy/bad.yaml'), BAD);
    git(repository, 'add', '--all');
    const bad = tryAll();
    expect(bad.code).toBe(1);
    expect(bad.output).toMatch(/^svc2ipt lint\.*Failed$/m);
    expect(bad.output).toContain(
      'deploy/bad.yaml:4:15: error: Service default/bad: spec.ports: Required value',
    );
  });
});

describe('the snippets of docs', () => {
  const yamlBlocks = [...PAGE.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text);
  const block = (mark: string): unknown => parse(yamlBlocks.find((text) => text.includes(mark)) ?? '');

  it('for GitLab runs', () => {
    svc2ipt('compile', '--golden', 'golden');
    const pipeline = block('artifacts:') as { readonly svc2ipt: { readonly script: readonly string[] } };
    script('npx', 'echo "npx $1 $2" >> npx.log; shift 2; exec svc2ipt "$@"');
    const { code, output } = bash(pipeline.svc2ipt.script.join('\n'), {});
    expect({ code, output }).toEqual({ code: 0, output: '' });
    expect(readFileSync(join(repository, 'npx.log'), 'utf8')).toBe(
      `npx --yes svc2ipt@${version}\n`.repeat(2),
    );
    expect(readFileSync(join(repository, 'lint.md'), 'utf8')).toBe(
      '### svc2ipt: nothing found in 2 objects\n',
    );
    expect(readFileSync(join(repository, 'golden.md'), 'utf8')).toBe(
      '### svc2ipt: all 1 golden files are up to date\n',
    );
  });

  it('for golden files writes them', () => {
    writeFileSync(
      join(repository, 'golden/svc2ipt.yaml'),
      yamlBlocks.find((text) => text.includes('outputs:'))!,
    );
    expect(svc2ipt('compile', '--golden', 'golden')).toEqual({ code: 0, output: '' });
    expect(bash('cd golden && find . -type f | sort', {}).output.trim().split('\n')).toHaveLength(11);
    expect(svc2ipt('compile', '--golden', 'golden', '--check')).toEqual({ code: 0, output: '' });
  });

  it('for GitHub and pre-commit name what is there', () => {
    const workflow = block('uses: svc2ipt/svc2ipt') as {
      readonly jobs: {
        readonly svc2ipt: { readonly steps: readonly { readonly uses: string; readonly with?: object }[] };
      };
    };
    const step = workflow.jobs.svc2ipt.steps.find(({ uses }) => uses === `svc2ipt/svc2ipt@v${version}`);
    expect(Object.keys(step?.with ?? {}).filter((name) => !(name in ACTION.inputs))).toEqual([]);
    const { repos } = block('repos:') as {
      readonly repos: readonly { readonly rev: string; readonly hooks: readonly { readonly id: string }[] }[];
    };
    expect(repos.map(({ rev }) => rev)).toEqual([`v${version}`]);
    expect(repos.flatMap(({ hooks }) => hooks.map(({ id }) => id))).toEqual(HOOKS.map(({ id }) => id));
  });
});
