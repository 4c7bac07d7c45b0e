/** What makes the program easy at a prompt: completions, the manual page, its name below kubectl, and silence. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { programName } from '../../src/cli/io.ts';
import { progressInThread } from '../../src/cli/progress-thread.ts';
import { VERSIONS } from '../../src/dialect/version.ts';
import { run } from '../helpers/cli.ts';

const ROOT = join(import.meta.dirname, '../..');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-test-'));
  for (const name of ['svc2ipt', 'kubectl-svc2ipt'])
    symlinkSync(join(ROOT, 'bin/svc2ipt.js'), join(folder, name));
  symlinkSync(join(ROOT, 'bin/kubectl_complete-svc2ipt.js'), join(folder, 'kubectl_complete-svc2ipt'));
  mkdirSync(join(folder, 'manifests'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const env = { ...process.env, PATH: `FOLDER${delimiter}${process.env['PATH'] ?? ''}` };
const runProgram = (program: string, ...words: readonly string[]): string =>
  execFileSync(program, words, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, PATH: env.PATH.replace('FOLDER', folder) },
  });

describe('what can follow', () => {
  /** The words of a line, the last one being completed. */
  const complete = async (shell: string, ...words: readonly string[]): Promise<readonly string[]> => {
    // fish leaves out an empty last word, and puts the cursor behind the others.
    const given = ['svc2ipt', ...words].filter((word) => shell !== 'fish' || word !== '');
    const point = ['svc2ipt', ...words].join(' ').length;
    const { code, stdout } = await run(['completion-server', '--', ...given], {
      env: {
        COMP_CWORD: String(shell === 'fish' ? given.length : words.length),
        COMP_POINT: String(point),
        SHELL: shell,
      },
    });
    expect(code).toBe(0);
    return stdout.split('\n').slice(0, -1);
  };

  it('are the commands that help names', async () => {
    const names = COMMANDS.filter(({ hidden }) => hidden !== true).map(({ name }) => name);
    expect(await complete('bash', '')).toEqual([...names, 'help']);
    expect(await complete('bash', 'com')).toEqual(['compile', 'completion']);
    expect(await complete('bash', '--no-color', 'gr')).toEqual(['graph']);
  });

  it('are options with their meaning', async () => {
    expect(await complete('fish', 'lint', '--enab')).toEqual([
      '--enable\ttell only findings of these codes; repeatable',
    ]);
    expect(await complete('zsh', 'lint', '--enab')).toEqual([
      '--enable:tell only findings of these codes; repeatable',
    ]);
    expect(await complete('bash', 'lint', '--enab')).toEqual(['--enable']);
    expect(await complete('bash', '--verb')).toEqual(['--verbose']);
  });

  it('are values', async () => {
    expect(await complete('bash', 'compile', '--kube-proxy-version', '')).toEqual(VERSIONS);
    expect(await complete('bash', 'compile', '--ip-family', '')).toEqual(['ipv4', 'ipv6']);
    expect(await complete('bash', 'diff', '-o', 'm')).toEqual(['markdown']);
    expect(await complete('bash', 'diff', '--output=m')).toEqual(['--output=markdown']);
    expect(await complete('bash', 'diff', '--output', '=', 'm')).toEqual(['markdown']);
    expect(await complete('bash', 'compile', '--ip-family', '=')).toEqual(['ipv4', 'ipv6']);
    expect(await complete('zsh', 'completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(await complete('fish', 'completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(await complete('bash', 'compile', '--cluster-cidr', '')).toEqual([]);
    expect(await complete('bash', 'compile', '--nonsense=')).toEqual([]);
  });

  it.each([
    ['compile', '-f', ''],
    ['compile', '--check', 'a'],
    ['compile', '--config', ''],
    ['canonical', ''],
  ])('are files after %s %s', async (...words) => {
    expect(await complete('bash', ...words)).toEqual(['__tabtab_complete_files__']);
  });

  it('after an option without a value that must be there, are options, too', async () => {
    expect(await complete('bash', 'compile', '--check', '--rep')).toEqual(['--report']);
  });

  it('are handed to kubectl in its own form', () => {
    expect(runProgram(join(folder, 'kubectl_complete-svc2ipt'), 'lint', '--fail-on', '')).toBe(
      'error\nwarning\nnever\n:4\n',
    );
    expect(runProgram(join(folder, 'kubectl_complete-svc2ipt'), 'lint', '-f', '')).toBe(':0\n');
    expect(runProgram(join(folder, 'kubectl_complete-svc2ipt'), 'vers')).toBe(
      'versions\tList the kube-proxy versions and what each changed in the rules\n:4\n',
    );
  });
});

describe('in a real shell', () => {
  const script = (shell: string): string => {
    const path = join(folder, `completion.${shell}`);
    writeFileSync(path, runProgram('svc2ipt', 'completion', shell));
    return path;
  };

  it.skipIf(!has('bash'))('bash completes', () => {
    const completed = (...words: readonly string[]): string =>
      runProgram(
        'bash',
        '-c',
        `source '${script('bash')}'; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=\${#COMP_LINE}
        eval "$(complete -p svc2ipt | sed 's/.*-F \\([^ ]*\\).*/\\1/')"; printf '%s\\n' "\${COMPREPLY[@]}"`,
        'bash',
        ...words,
      );
    expect(completed('svc2ipt', 'dec')).toBe('decompile\n');
    expect(completed('svc2ipt', 'lint', '--fail-on', 'w')).toBe('warning\n');
    expect(completed('svc2ipt', 'lint', '$(touch evil)', '--fail-')).toBe('--fail-on\n');
    // Bash itself looks for files then.
    expect(completed('svc2ipt', 'lint', '-f', '')).toBe('\n');
    expect(runProgram('ls')).not.toContain('evil');
  });

  /**
   * Types each line and a tab into a shell on a terminal of its own, and waits until the shell has made the expected line
   * of it.
   */
  function typed(
    start: string,
    lines: readonly (readonly [line: string, completed: string])[],
  ): number | null {
    const steps = lines.map(
      ([line, completed]) =>
        `zpty -w -n z $'\\x15${line}\\t'; zpty -r z out '*${completed.replaceAll('-', '\\-')}*'`,
    );
    const { status } = spawnSync(
      'zsh',
      [
        '-f',
        '-c',
        `zmodload zsh/zpty; zpty z '${start}'; zpty -r z out '*ready*'; ${steps.join('; ')}; zpty -d z`,
      ],
      {
        cwd: folder,
        timeout: 60_000,
        env: { ...env, PATH: env.PATH.replace('FOLDER', folder), TERM: 'dumb' },
      },
    );
    return status;
  }

  it.skipIf(!has('zsh'))('zsh completes', () => {
    const commands = `unsetopt zle_bracketed_paste; autoload -U compinit; compinit -u -D; source ${script('zsh')}; echo rea""dy`;
    writeFileSync(join(folder, '.zshrc'), commands);
    expect(
      typed(`ZDOTDIR=${folder} zsh -d -i`, [
        ['svc2ipt dec', 'decompile'],
        ['svc2ipt lint --fail-on w', 'warning'],
        ['svc2ipt lint -f man', 'manifests/'],
      ]),
    ).toBe(0);
  });

  it.skipIf(!has('zsh') || !has('fish'))('fish completes', () => {
    expect(
      typed(`fish --no-config -i -C "source ${script('fish')}; echo rea""dy"`, [
        ['svc2ipt dec', 'decompile'],
        ['svc2ipt lint --fail-on w', 'warning'],
        ['svc2ipt completion z', 'completion zsh'],
        ['svc2ipt lint -f man', 'manifests/'],
      ]),
    ).toBe(0);
  });
});

describe('the manual page', () => {
  it('holds what help says of every command, and reads well', async () => {
    const { code, stdout } = await run(['man']);
    expect(code).toBe(0);
    for (const { name, hidden = false } of COMMANDS) {
      expect(stdout.includes(`\n.SS ${name.replaceAll('-', '\\-')}\n`)).toBe(!hidden);
    }
    const path = join(folder, 'svc2ipt.1');
    writeFileSync(path, stdout);
    if (has('groff')) {
      const { stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', path], { encoding: 'utf8' });
      expect(stderr).toBe('');
    }
    if (spawnSync('mandoc', ['-Tlint', path]).error === undefined) {
      const { stdout: told } = spawnSync('mandoc', ['-Tlint', path], { encoding: 'utf8' });
      // It has no date: the same source makes the same page on every day.
      expect(told.split('\n').filter((line) => line !== '' && !line.includes('missing date'))).toEqual([]);
    }
    const shown = spawnSync('man', ['-l', path], {
      encoding: 'utf8',
      env: { ...process.env, MANWIDTH: '100', MANPAGER: 'cat' },
    });
    if (shown.error === undefined) {
      expect(shown.stderr).toBe('');
      expect(shown.stdout).toContain(
        '       -f, --filename <path>\n              manifest file, directory, or - for stdin; repeatable\n',
      );
      expect(shown.stdout).toContain(
        '  svc2ipt lint -f deploy/ -o json | jq \'.[] | select(.severity == "error")\'\n',
      );
    }
  });

  it('stands in the package as it is printed', () => {
    expect(gunzipSync(readFileSync(join(ROOT, 'man/svc2ipt.1.gz'))).toString('utf8')).toBe(
      runProgram('svc2ipt', 'man'),
    );
  });
});

describe('below kubectl', () => {
  it.each([
    ['/usr/bin/kubectl-svc2ipt', 'kubectl svc2ipt'],
    ['C/kubectl-svc2ipt.js', 'kubectl svc2ipt'],
    ['/usr/bin/svc2ipt', 'svc2ipt'],
    ['/kubectl-svc2ipt/svc2ipt.js', 'svc2ipt'],
    ['', 'svc2ipt'],
  ])('%s is called %s', (path, name) => {
    expect(programName(path)).toBe(name);
  });

  it('help and usage say how it is called', () => {
    const help = runProgram(join(folder, 'kubectl-svc2ipt'), 'lint', '--help');
    expect(help).toMatch(/^Usage: kubectl svc2ipt lint \[options\]\n/);
    expect(help).toContain(
      '\n  kubectl svc2ipt lint -f deploy/ -R\n  kustomize build overlays/prod | kubectl svc2ipt lint -f -\n',
    );
    expect(help).not.toMatch(/(?<!kubectl )svc2ipt lint/);
    expect(runProgram('svc2ipt', 'lint', '--help')).not.toContain('kubectl svc2ipt');
    expect(runProgram(join(folder, 'kubectl-svc2ipt'), '--help')).toMatch(
      /^Usage: kubectl svc2ipt \[options\] \[command\]\n/,
    );
  });
});

describe('--quiet', () => {
  const manifest = (text: string): string => {
    const path = join(folder, 'web.yaml');
    writeFileSync(path, text);
    return path;
  };
  const SERVICE =
    'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80, targetport: 1}]}\n';

  it.each([['compile'], ['lint'], ['list']])('%s says nothing but results', async (command) => {
    const words = [command, '-f', manifest(SERVICE)];
    const loud = await run(words);
    expect(loud.stderr).not.toBe('');
    expect(await run([...words, '--quiet'])).toEqual({ ...loud, stderr: '' });
    expect(await run([...words, '-q', '-v'])).toEqual({ ...loud, stderr: '' });
    expect(await run([...words, '-q', '--diagnostics', 'json'])).toEqual({ ...loud, stderr: '' });
    expect(await run(['--quiet', ...words])).toEqual({ ...loud, stderr: '' });
  });

  it('still says what is wrong', async () => {
    const { code, stderr } = await run(['compile', '-f', manifest(`${SERVICE}---\nkind: [\n`), '-q']);
    expect(code).toBe(2);
    expect(stderr.split('\n')).toHaveLength(2);
    expect(stderr).toContain('web.yaml:6:7: error: ');
    expect((await run(['compile', '-q', '--nonsense'])).stderr).toContain("unknown option '--nonsense'");
  });
});

describe('progress while this thread is busy', () => {
  const busy = (milliseconds: number): void => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  };
  /** Keeps this thread busy until the other one has written the text. */
  const until = (text: string): void => {
    const deadline = Date.now() + 60_000;
    while (!readFileSync(join(folder, 'terminal'), 'utf8').includes(text) && Date.now() < deadline) busy(20);
  };
  function shown(patience: number, work: (progress: ReturnType<typeof progressInThread>) => void): string {
    const path = join(folder, 'terminal');
    const fd = openSync(path, 'w');
    work(progressInThread(fd, patience, 20));
    closeSync(fd);
    return readFileSync(path, 'utf8');
  }

  it('tells the step and for how long, and goes away', () => {
    const text = shown(10, (progress) => {
      progress.step('reading manifests');
      until('reading manifests ... 1 s');
      progress.step(`comparing ${'x'.repeat(500)}`);
      until('comparing');
      progress.done();
      progress.done();
    });
    const lines = text.split('\r\u001b[K');
    expect(lines[0]).toBe('');
    expect(lines.at(-1)).toBe('');
    expect(lines).toContain('svc2ipt: reading manifests ... 1 s');
    expect(lines.at(-2)).toMatch(/^svc2ipt: comparing x{230} \.\.\. \d s$/);
  });

  it('is silent while work is short, and begins again after its end', () => {
    expect(
      shown(60_000, (progress) => {
        progress.step('reading');
        busy(50);
        progress.done();
        progress.step('comparing');
        progress.done();
      }),
    ).toBe('');
  });

  it('shows on a terminal', async () => {
    const { stderr } = await run(['versions'], { terminal: true });
    expect(stderr).toBe('');
  });
});
