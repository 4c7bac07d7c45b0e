/** The program: runs the command line of this process. */
import { processIo } from './io.ts';
import { earlyFlags, main } from './main.ts';

const argv = process.argv.slice(2);
const io = processIo();

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader has what it wants (`| head`). The command goes on: its exit code tells the same as without a pipe.
  if (error.code === 'EPIPE') return;
  void import('./output-failure.ts').then(({ reportOutputFailure }) => {
    process.exit(reportOutputFailure(error, io, earlyFlags(argv)));
  });
});
// Nobody is left to tell; the exit code still counts.
process.stderr.on('error', () => undefined);

void main(argv, io).then((code) => {
  process.exitCode = code;
});
