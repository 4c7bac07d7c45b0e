import { type Counters, type Dump, type DumpLine } from './dump.ts';
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
  const lines = dump.lines.filter((line) => printing.remarks || line.kind !== 'remark');
  return lines.map((line) => `${printLine(line, printing)}\n`).join('');
}

function printLine(line: DumpLine, { counters }: DumpPrinting): string {
  switch (line.kind) {
    case 'remark':
      return line.text;
    case 'table':
      return `*${line.table}`;
    case 'chain': {
      const counts = line.chain.counters && bracketed(counters ? line.chain.counters : ZERO);
      return [
        `:${line.chain.name}`,
        line.chain.policy ?? '-',
        ...(counts === undefined ? [] : [counts]),
      ].join(' ');
    }
    case 'rule': {
      const counts = counters ? line.rule.counters : undefined;
      return counts === undefined ? line.rule.raw : `${bracketed(counts)} ${line.rule.raw}`;
    }
    case 'commit':
      return 'COMMIT';
  }
}

const ZERO: Counters = { packets: '0', bytes: '0' };

const bracketed = ({ packets, bytes }: Counters): string => `[${packets}:${bytes}]`;
