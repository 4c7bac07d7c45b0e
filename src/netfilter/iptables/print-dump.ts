import { type Counters, type Dump, type DumpLine, NO_PACKETS } from './dump.ts';
import { printSave } from './print.ts';

/** What of a dump to print besides its rules. */
export interface DumpPrinting {
  /** `[packets:bytes]` of chains and, where the dump has them, of rules; else zeros and none. */
  readonly counters: boolean;
  /** Comments and blank lines. */
  readonly remarks: boolean;
}

/**
 * A dump in its own words and its own order: with counters and remarks, what was parsed comes back byte for byte.
 * Forms other than that of iptables-save come in the canonical spelling of {@link printSave}.
 */
export function printDump(dump: Dump, printing: DumpPrinting): string {
  if (dump.form !== 'save') return printSave(dump);
  const lines = dump.lines.filter((line) => printing.remarks || !('kind' in line) || line.kind !== 'remark');
  return lines.map((line) => `${printLine(line, printing)}\n`).join('');
}

function printLine(line: DumpLine, { counters }: DumpPrinting): string {
  if ('raw' in line) {
    const counts = counters ? line.counters : undefined;
    return counts === undefined ? line.raw : `${bracketed(counts)} ${line.raw}`;
  }
  if ('name' in line) {
    const declared = `:${line.name} ${line.policy ?? '-'}`;
    return line.counters === undefined
      ? declared
      : `${declared} ${bracketed(counters ? line.counters : NO_PACKETS)}`;
  }
  switch (line.kind) {
    case 'remark':
      return line.text;
    case 'table':
      return `*${line.table}`;
    case 'commit':
      return 'COMMIT';
  }
}

const bracketed = ({ packets, bytes }: Counters): string => `[${packets}:${bytes}]`;
