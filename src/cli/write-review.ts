import { appendFile } from 'node:fs/promises';
import { type Diagnostic } from '../diagnostics/diagnostic.ts';
import { githubReview } from '../review/github.ts';
import { markdownReview } from '../review/markdown.ts';
import { type Review } from '../review/review.ts';
import { textReview } from '../review/text.ts';
import { type Io } from './io.ts';
import { fileProblem } from './read-inputs.ts';
import { type ReportFlags, workspaceOf } from './report-problems.ts';

/** The forms in which a review is written. */
export const REVIEW_FORMS = ['text', 'markdown', 'github'] as const;

/** One of {@link REVIEW_FORMS}. */
export type ReviewForm = (typeof REVIEW_FORMS)[number];

/** With annotations as the result, errors and warnings are annotations, too. */
export const flagsForReview = <Flags extends ReportFlags>(flags: Flags, form: string | undefined): Flags =>
  form === 'github' ? { ...flags, diagnostics: 'github' } : flags;

/**
 * Prints a review. In a job of GitHub Actions, annotations come with the same review as Markdown in the job's summary.
 * Returns an error when the summary cannot be written.
 */
export async function writeReview(
  review: Review,
  form: ReviewForm,
  { verbose }: ReportFlags,
  io: Io,
): Promise<readonly Diagnostic[]> {
  const options = { verbose: verbose === true };
  switch (form) {
    case 'text':
      io.stdout.write(textReview(review, options));
      return [];
    case 'markdown':
      io.stdout.write(markdownReview(review, options));
      return [];
    case 'github':
      io.stdout.write(githubReview(review, workspaceOf(io), options));
      return addToSummary(markdownReview(review, { verbose: false }), io);
  }
}

async function addToSummary(markdown: string, { env }: Io): Promise<readonly Diagnostic[]> {
  const path = env['GITHUB_STEP_SUMMARY'];
  if (path === undefined || path === '') return [];
  try {
    await appendFile(path, `${markdown}\n`);
    return [];
  } catch (error) {
    return [fileProblem('file-unwritable', path, error)];
  }
}
