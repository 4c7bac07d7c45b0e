/** Name servers to test with: BIND's checker, BIND itself, and dig. */
import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { whyNoPrograms } from '../helpers/programs.ts';

/** Programs that these tests need. */
const PROGRAMS = [
  ['named-checkzone', '-v'],
  ['named', '-v'],
  ['dig', '-v'],
] as const;

/** Returns what this machine lacks for these tests; undefined when nothing is. */
export const whyNoNameServer = (): string | undefined =>
  whyNoPrograms('NAME SERVER', 'bind9, bind9-utils and bind9-dnsutils', PROGRAMS);

/** Runs named-checkzone on the text of a zone, and returns all that it says. It must accept the zone. */
export function checkZone(zone: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'svc2ipt-zone-'));
  const file = join(folder, 'zone');
  try {
    writeFileSync(file, text);
    return execFileSync('named-checkzone', [zone, file], { encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Asks the server for records of a name, and returns their data in the order of the text. */
export type Ask = (name: string, type: string) => readonly string[];

/** Calls `body` with a running server of the zones (text by name), and stops it afterwards. */
export async function withServer<T>(zones: ReadonlyMap<string, string>, body: (ask: Ask) => T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'svc2ipt-named-'));
  const port = await freePort();
  for (const [name, text] of zones) writeFileSync(join(folder, `${name}.zone`), text);
  writeFileSync(join(folder, 'named.conf'), configuration(folder, port, [...zones.keys()]));
  const server = spawn('named', ['-g', '-n', '1', '-c', join(folder, 'named.conf')], { stdio: 'ignore' });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const ask: Ask = (name, type) =>
    execFileSync('dig', ['@127.0.0.1', '-p', String(port), '+short', '+tries=1', '+time=2', name, type], {
      encoding: 'utf8',
    })
      .split('\n')
      .filter((line) => line !== '')
      .sort();
  try {
    await untilAnswering(ask, [...zones.keys()][0] ?? '');
    return body(ask);
  } finally {
    server.kill();
    await ended;
    rmSync(folder, { recursive: true });
  }
}

const configuration = (folder: string, port: number, zones: readonly string[]): string => `
options {
  directory "${folder}";
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  pid-file none;
  session-keyfile none;
  recursion no;
  dnssec-validation no;
};
controls { };
${zones.map((name) => `zone "${name}" { type primary; file "${name}.zone"; };`).join('\n')}
`;

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => {
        resolve(port);
      });
    });
  });
}

async function untilAnswering(ask: Ask, zone: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      if (ask(zone, 'SOA').length > 0) return;
    } catch {
      // dig says that nobody answers yet.
    }
    await sleep(100);
  }
  throw new Error('named does not answer');
}
