import { execFile } from 'node:child_process';

/** The result of running a program. */
export interface ProgramResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Absent when the program ended well. */
  readonly failure?: 'not-found' | 'not-allowed' | 'timeout' | 'too-much-output' | 'failed';
}

/** Runs a program with fixed options. */
export type RunProgram = (program: string, options?: readonly string[]) => Promise<ProgramResult>;

const MOST_SECONDS = 60;
const MOST_OUTPUT = 512 * 1024 * 1024;

/** Where system programs are, also for users who do not have these directories in their PATH. */
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runs a program without a shell and without input; never throws. */
export const runProgram: RunProgram = (program, options = []) =>
  new Promise((resolve) => {
    const { PATH = '', XTABLES_LOCKFILE } = process.env;
    const env = {
      PATH: `${PATH}:${SYSTEM_PATH}`,
      LC_ALL: 'C',
      ...(XTABLES_LOCKFILE && { XTABLES_LOCKFILE }),
    };
    const limits = { timeout: MOST_SECONDS * 1000, maxBuffer: MOST_OUTPUT, env, encoding: 'utf8' } as const;
    const child = execFile(program, options, limits, (error, stdout, stderr) => {
      resolve(error === null ? { stdout, stderr } : { stdout, stderr, failure: failureOf(error) });
    });
    child.stdin?.end();
  });

type ExecError = Omit<Error, 'code'> & { readonly code?: string | number | null; readonly killed?: boolean };

function failureOf(error: ExecError): NonNullable<ProgramResult['failure']> {
  return FAILURES.get(error.code) ?? (error.killed === true ? 'timeout' : 'failed');
}

const FAILURES: ReadonlyMap<unknown, NonNullable<ProgramResult['failure']>> = new Map([
  ['ENOENT', 'not-found'],
  ['EACCES', 'not-allowed'],
  ['EPERM', 'not-allowed'],
  ['ERR_CHILD_PROCESS_STDIO_MAXBUFFER', 'too-much-output'],
]);
