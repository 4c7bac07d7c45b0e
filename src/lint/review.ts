import { formatSubject } from '../diagnostics/format.ts';
import { type Review } from '../review/review.ts';
import { groupBy } from '../text/groups.ts';
import { type Finding } from './finding.ts';
import { summarize } from './text.ts';

/** Findings as a review: a group an object, in the order of the files. */
export function reviewOfFindings(findings: readonly Finding[], objects: number): Review {
  const groups = groupBy(findings, ({ subject, place }) =>
    subject === undefined ? place.file : formatSubject(subject),
  );
  return {
    summary: summarize(findings, objects),
    groups: [...groups].map(([name, found]) => ({
      name,
      items: found.map(({ code, severity, place, path = '', message }) => ({
        code,
        severity,
        message: [path, message].filter((part) => part !== '').join(': '),
        place,
        lines: [],
      })),
    })),
    notes: [],
  };
}
