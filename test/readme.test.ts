/**
 * The console blocks of README.md and docs, run command by command: what they show is what a reader gets. `$ cat FILE` of a
 * file that does not exist makes it, as a reader would with an editor.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

interface Step {
  readonly command: string;
  readonly output: string;
}

const PAGES = readdirSync(join(ROOT, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => readFileSync(join(ROOT, 'docs', name), 'utf8'));

const steps = [...[README, ...PAGES].join('\n').matchAll(/^```console\n(.*?)^```$/gms)].flatMap((block) =>
  (block[1] ?? '').split(/^\$ /m).flatMap((text): readonly Step[] => {
    const [command = '', ...output] = text.split('\n');
    return command === '' ? [] : [{ command, output: output.join('\n').trimEnd() }];
  }),
);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-readme-'));
  symlinkSync(join(ROOT, 'fixtures'), join(folder, 'fixtures'));
  const shim = join(folder, 'svc2ipt');
  writeFileSync(shim, `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'bin/svc2ipt.js')}' "$@"\n`);
  chmodSync(shim, 0o755);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('what README and docs show', () => {
  it.each(steps)('$command', ({ command, output }) => {
    const shown = /^cat (\S+)$/.exec(command)?.[1];
    if (shown !== undefined && !existsSync(join(folder, shown))) {
      writeFileSync(join(folder, shown), `${output}\n`);
      return;
    }
    const { stdout, stderr } = spawnSync('sh', ['-c', command], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`, NO_COLOR: '1' },
    });
    expect((stdout + stderr).trimEnd()).toBe(output);
  });

  it('has commands to run', () => {
    expect(steps.length).toBeGreaterThan(1);
  });

  it('installs and compiles with its first command', () => {
    const command = /^npm ci && (node bin\/svc2ipt\.js compile .*)$/m.exec(README)?.[1] ?? 'false';
    const output = execFileSync('sh', ['-c', command], { cwd: ROOT, encoding: 'utf8' });
    expect(output).toContain('-A KUBE-SERVICES -d 10.96.0.30/32');
  });
});
