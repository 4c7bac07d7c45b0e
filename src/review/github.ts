import { isAbsolute, relative, resolve, sep } from 'node:path';
import { printable } from '../text/printable.ts';
import { isWithoutLine, type Place } from '../text/source.ts';
import { cut, type Review, type ReviewItem, type ReviewOptions, shownLines } from './review.ts';

/** Where a workflow runs. */
export interface Workspace {
  /** The folder that paths of the input are relative to. */
  readonly folder: string;
  /** The checkout of the repository, `GITHUB_WORKSPACE`. */
  readonly root: string;
}

/** What a workflow command shows in the log and beside the lines of a file. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
  readonly place?: Place | undefined;
}

/**
 * A review as workflow commands of GitHub Actions, a line each: errors first, as GitHub shows only the first ten of a
 * step. Every line is a command, so that no text of the input can begin one.
 * (docs.github.com/actions/reference/workflow-commands-for-github-actions)
 */
export function githubReview(review: Review, workspace: Workspace, options: ReviewOptions): string {
  const annotations = review.groups.flatMap(({ name, items }) =>
    items.map((item) => annotationOf(name, item, options)),
  );
  const isError = ({ level }: Annotation): boolean => level === 'error';
  // A check that finds nothing tells so by its exit code.
  const summary = review.groups.length === 0 ? [] : [review.summary];
  const notes = [...review.notes, ...summary].map((note): Annotation => ({
    level: 'notice',
    title: 'svc2ipt',
    message: printable(cut(note)),
  }));
  return [...annotations.filter(isError), ...annotations.filter((one) => !isError(one)), ...notes]
    .map((one) => `${formatAnnotation(one, workspace)}\n`)
    .join('');
}

function annotationOf(
  name: string,
  { severity, code, message, place, lines }: ReviewItem,
  options: ReviewOptions,
): Annotation {
  const text = [cut(message), ...shownLines(lines, options)].map(printable).join('\n');
  return { level: severity, title: `${name} [${code}]`, message: text, place };
}

/** One workflow command, without a line break. */
export function formatAnnotation({ level, title, message, place }: Annotation, workspace: Workspace): string {
  const properties = [
    ...(place === undefined || isWithoutLine(place) ? [] : placeProperties(place, workspace)),
    `title=${escapeProperty(printable(cut(title)))}`,
  ];
  return `::${level} ${properties.join(',')}::${escapeData(message)}`;
}

const placeProperties = ({ file, line, column }: Place, workspace: Workspace): readonly string[] => [
  `file=${escapeProperty(printable(pathInRepository(file, workspace)))}`,
  `line=${line}`,
  `col=${column}`,
];

/** GitHub finds a file by its path in the repository; a file elsewhere keeps its name. */
function pathInRepository(file: string, { folder, root }: Workspace): string {
  const path = relative(root, resolve(folder, file));
  const isInside = path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
  return isInside ? path.split(sep).join('/') : file;
}

/** As `escapeData` of GitHub's toolkit, packages/core/src/command.ts. */
const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

/** As `escapeProperty` there. */
const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
