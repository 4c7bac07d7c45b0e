import { type IpFamily } from '../../src/text/ip.ts';
import { type Namespace } from './namespace.ts';

/** The two programs that call themselves iptables. */
export const VARIANTS = ['legacy', 'nft'] as const;

const program = (family: IpFamily, variant: string, what: string): string =>
  `${family === 'IPv4' ? 'iptables' : 'ip6tables'}-${variant}-${what}`;

/** Tables of a save text by name; without remarks, which carry dates, and without the counters of built-in chains. */
export function tablesOf(save: string): Readonly<Record<string, string>> {
  const lines = save.split('\n').filter((line) => !line.startsWith('#'));
  const plain = lines.join('\n').replace(/^(:\S+ \S+) \[\d+:\d+\]$/gm, '$1 [0:0]');
  return Object.fromEntries(
    [...plain.matchAll(/^\*(\S+)\n.*?^COMMIT$/gms)].map((match) => [match[1] ?? '', match[0]]),
  );
}

/** What the kernel of a namespace holds after the rules were loaded, in the words of iptables-save. */
export function loadAndSave({ run }: Namespace, family: IpFamily, variant: string, restore: string): string {
  run(program(family, variant, 'restore'), ['--noflush'], restore);
  return run(program(family, variant, 'save'));
}
