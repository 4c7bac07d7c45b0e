import { type Command } from 'commander';
import packageJson from '../../../package.json' with { type: 'json' };
import { type ExitCode, type Io } from '../io.ts';
import { manPage } from '../man-page.ts';

/** Gives `svc2ipt man` what it does. */
export function defineMan(command: Command, io: Io, finish: (code: ExitCode) => void): void {
  command.addHelpText('after', '\nExamples:\n  svc2ipt man | man -l -\n').action(() => {
    io.stdout.write(manPage(command.parent ?? command, packageJson.version));
    finish(0);
  });
}
