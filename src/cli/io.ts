import { type Readable, type Writable } from 'node:stream';

/** Everything outside the program that a command may use, apart from the files that the user names. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A stream that may be a terminal. */
export type OutputStream = Pick<Writable, 'write'> & { readonly isTTY?: boolean };

/** 0: done, nothing found. 1: a difference or a finding. 2: bad usage or bad input, nothing written. */
export type ExitCode = 0 | 1 | 2;

/**
 * Returns the streams of this process. When the reader closes the pipe (`| head`), the process ends without a
 * message.
 */
export function processIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return { stdin, stdout, stderr, env };
}

/** All bytes of a stream. */
export async function readAll(stream: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array | string));
  return Buffer.concat(chunks);
}
