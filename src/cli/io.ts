import { basename } from 'node:path';
import { type Readable, type Writable } from 'node:stream';

/** Everything outside the program that a command may use, apart from the files that the user names. */
export interface Io {
  /** Opens standard input: few runs read it, and to open it takes time. */
  readonly stdin: () => Readable;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Where everything goes that is no error: standard error, unless the user wants to be left alone. */
  readonly remarks?: OutputStream;
  /** How the user calls the program: `svc2ipt`, or `kubectl svc2ipt`. */
  readonly program?: string;
  /** The words of the command line. */
  readonly argv?: readonly string[];
  /** The file that Node.js runs as this program. */
  readonly script?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A stream that may be a terminal. */
export type OutputStream = Pick<Writable, 'write'> & {
  readonly isTTY?: boolean;
  /** The number by which another thread can write to it. */
  readonly fd?: number;
};

/** Takes what nobody wants to read. */
export const NOWHERE: OutputStream = { write: () => true };

/** Where warnings, notes and progress go. */
export const remarksOf = ({ remarks, stderr }: Io): OutputStream => remarks ?? stderr;

/** Writes a text. Resolves when the stream has passed it on, so that a slow reader is waited for. */
export const writeOut = (stream: OutputStream, text: string): Promise<void> =>
  new Promise((resolve) => {
    stream.write(text, () => {
      resolve();
    });
  });

/** 0: done, nothing found. 1: a difference or a finding. 2: bad usage or bad input, nothing written. */
export type ExitCode = 0 | 1 | 2;

/** Returns the streams of this process. */
export function processIo(): Io {
  const { stdout, stderr, env, argv } = process;
  const script = argv[1] ?? '';
  return { stdin: () => process.stdin, stdout, stderr, env, script, program: programName(script) };
}

/** kubectl runs `kubectl-svc2ipt` as its own command `kubectl svc2ipt`. */
export const programName = (path: string): string =>
  /^kubectl-svc2ipt(?:\.\w+)?$/.test(basename(path)) ? 'kubectl svc2ipt' : 'svc2ipt';

/** All bytes of a stream. */
export async function readAll(stream: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array | string));
  return Buffer.concat(chunks);
}
