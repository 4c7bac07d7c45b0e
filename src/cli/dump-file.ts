import { type Outcome } from '../diagnostics/diagnostic.ts';
import { readDump } from '../modes/iptables/read-dump.ts';
import { type Dump } from '../netfilter/iptables/dump.ts';
import { type IpFamily } from '../text/ip.ts';
import { type Io } from './io.ts';
import { readSource } from './read-inputs.ts';

/**
 * Reads rules from a file, or from standard input for `-`. Uses the given family when the text does not show
 * it.
 */
export async function readDumpFile(
  path: string,
  { ipFamily }: { readonly ipFamily: IpFamily },
  io: Io,
): Promise<Outcome<Dump | undefined>> {
  const source = await readSource(path, io);
  if (source.value === undefined) return { value: undefined, problems: source.problems };
  const dump = readDump(source.value, ipFamily);
  return { value: dump.value, problems: [...source.problems, ...dump.problems] };
}
