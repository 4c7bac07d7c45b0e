/** Standard output that takes no more: a full disk, and a reader that has gone. By the built program. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const PROGRAM = join(import.meta.dirname, '../../bin/svc2ipt.js');
const FULL = 'svc2ipt: error: standard output: no space left on the device [file-unwritable]\n';

/** Runs a line of bash in which `$0` is the program. */
function bash(line: string): { readonly status: number | null; readonly stderr: string } {
  const { status, stderr } = spawnSync('bash', ['-c', line, PROGRAM], { encoding: 'utf8' });
  return { status, stderr };
}

it.each([
  ['"$0" explain > /dev/full', { status: 2, stderr: FULL }],
  ['"$0" --help > /dev/full', { status: 2, stderr: FULL }],
  ['"$0" explain nosuch 2> /dev/full', { status: 2, stderr: '' }],
  // A pipe without a reader leaves the exit code as it is without a pipe.
  ['"$0" explain | true; exit "${PIPESTATUS[0]}"', { status: 0, stderr: '' }],
  [
    `exec 3> >(exit); wait $!; echo '{"apiVersion": "v1", "kind": "Servcie"}' | "$0" lint -f - >&3 2> /dev/null`,
    { status: 1, stderr: '' },
  ],
  ['"$0" explain nosuch 2>&1 | true; exit "${PIPESTATUS[0]}"', { status: 2, stderr: '' }],
])('%s', (line, expected) => {
  expect(bash(line)).toEqual(expected);
});
