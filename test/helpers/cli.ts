import { PassThrough, Readable } from 'node:stream';
import { main } from '../../src/cli/main.ts';
import { type ExitCode } from '../../src/cli/io.ts';

export interface Run {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** All three streams are terminals. */
  readonly terminal?: boolean;
}

/** Runs a command line in this process, with streams of its own. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<Run> {
  const collect = (): { stream: PassThrough & { isTTY?: boolean }; text: () => string } => {
    const stream: PassThrough & { isTTY?: boolean } = new PassThrough({ highWaterMark: 2 ** 30 });
    if (options.terminal === true) stream.isTTY = true;
    return { stream, text: () => (stream.read() as Buffer | null)?.toString('utf8') ?? '' };
  };
  const stdout = collect();
  const stderr = collect();
  const stdin = Object.assign(
    Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]),
    {
      isTTY: options.terminal === true,
    },
  );
  const io = { stdin: () => stdin, stdout: stdout.stream, stderr: stderr.stream, env: options.env ?? {} };
  const code = await main(argv, io);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}
