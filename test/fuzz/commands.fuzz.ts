import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../helpers/cli.ts';
import { listings, listingSource } from '../helpers/nftables-listings.ts';
import { ORACLE } from '../helpers/oracle.ts';
import { fuzz, type FuzzReport, type Random } from './fuzz.ts';

const CASES = ['14-loadbalancer', '30-session-affinity-loadbalancer-local'];
const manifests = (name: string): string => join(ORACLE, name, 'manifests.yaml');
const MANIFESTS = ['-f', manifests('14-loadbalancer')];
const NODE = ['--node-address', '192.168.0.7'];

/** To follow packets takes a bounded number of rules, which is some seconds of work at the most. */
const MOST_MILLISECONDS = 60_000;

/** All commands that read a dump. */
const COMMANDS: readonly (readonly string[])[] = [
  ['list', '--live', '-'],
  ['decompile', '-'],
  ['graph', '--live', '-'],
  ['canonical', '-'],
  ['diff', ...MANIFESTS, '--live', '-'],
  ['diff', ...MANIFESTS, '--live', '-', '-o', 'json'],
  ['diff', ...MANIFESTS, '--live', '-', '-o', 'unified'],
  ['diff', '--behaviour', ...MANIFESTS, '--live', '-', ...NODE],
  ['trace', '--live', '-', '--to', '10.96.0.30:80', ...NODE],
];

/** Chains and sets of kube-proxy, and whatever else a rule may lead to. */
const NAME = /KUBE-[A-Z0-9-]+|(?:service|local|external|firewall|endpoint|affinity)-[A-Z2-7]{8}-\S+/g;

interface Input {
  readonly text: string;
  readonly command: readonly string[];
}

/**
 * Gives commands dumps in which rules lead elsewhere, are gone, stand twice or in another place, for `seconds`: see
 * {@link fuzz}. Such dumps can be read, but no kube-proxy wrote them. A command fails when it tells of a bug.
 */
export function fuzzCommands(seconds: number, seed?: number): Promise<FuzzReport> {
  const texts = [
    ...CASES.map((name) => readFileSync(join(ORACLE, name, 'expected/1.31-1.36.iptables.save'), 'utf8')),
    ...listings()
      .filter(({ form }, at) => form === 'text' && at % 60 === 0)
      .map((listing) => listingSource(listing).text),
  ];
  const mutate = (random: Random): Input => ({
    text: mutateLines(texts[random(texts.length)] ?? '', random),
    command: COMMANDS[random(COMMANDS.length)] ?? [],
  });
  return fuzz(
    {
      mutate,
      check,
      bytes: ({ text, command }) => Buffer.from(`${command.join(' ')}\n${text}`),
      mostMilliseconds: MOST_MILLISECONDS,
    },
    seconds,
    seed,
  );
}

async function check({ text, command }: Input): Promise<boolean> {
  const { code, stderr } = await run(command, { stdin: text });
  if (stderr.includes('[bug]')) throw new Error(`${command.join(' ')}: ${stderr}`);
  return code !== 2;
}

function mutateLines(text: string, random: Random): string {
  const lines = text.split('\n');
  const names = text.match(NAME) ?? [];
  for (let left = 1 + random(5); left > 0; left -= 1) {
    const at = random(lines.length);
    const line = lines[at] ?? '';
    const other = random(lines.length);
    const name = names[random(names.length)] ?? '';
    const changes = [
      () => lines.splice(at, 1),
      () => lines.splice(at, 0, lines[other] ?? ''),
      () => lines.splice(other, 0, ...lines.splice(at, 1)),
      () => (lines[at] = line.replace(NAME, name)),
      () => (lines[at] = line.replace(/(?<=(?:-j|-g|goto|jump) )\S+/g, name)),
      () => (lines[at] = line.replace(/\d+/, String(random(70_000)))),
      () => (lines[at] = line.replace(/\d+(?=\D*$)/, '0')),
    ];
    changes[random(changes.length)]?.();
  }
  return lines.join('\n');
}
