import { type FindingCode } from '../diagnostics/lint-codes.ts';
import { type Source } from '../text/source.ts';
import { type Baseline, withoutKnown } from './baseline.ts';
import { type Finding } from './finding.ts';
import { ignoreComments, silence } from './ignore-comments.ts';
import { type Note } from './note.ts';

/** Which findings the user wants. */
export interface Wanted {
  /** Only these codes; absent: all. */
  readonly enable?: ReadonlySet<FindingCode> | undefined;
  /** All but these codes. */
  readonly disable?: ReadonlySet<FindingCode> | undefined;
  readonly baseline?: Baseline | undefined;
}

/**
 * Removes findings that a comment silences, that the baseline holds, or whose code the user does not want.
 */
export function narrow(
  all: readonly Finding[],
  sources: readonly Source[],
  { enable, disable, baseline }: Wanted,
): { readonly findings: readonly Finding[]; readonly notes: readonly Note[] } {
  const read = sources.map(ignoreComments);
  const heard = silence(
    all,
    read.flatMap(({ comments }) => comments),
  );
  const files = sources.map(({ name }) => name);
  const fresh =
    baseline === undefined
      ? { findings: heard.findings, notes: [] }
      : withoutKnown(heard.findings, baseline, files);
  const isWanted = ({ code }: Finding): boolean =>
    (enable?.has(code) ?? true) && !(disable?.has(code) ?? false);
  return {
    findings: fresh.findings.filter(isWanted),
    notes: [...read.flatMap(({ notes }) => notes), ...heard.notes, ...fresh.notes],
  };
}
