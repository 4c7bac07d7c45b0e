import { type Diagnostic } from '../diagnostics/diagnostic.ts';

const TEMPLATES = /^(.*?)[\\/]?(?<![^\\/])templates[\\/](?!.*(?<![^\\/])templates[\\/])/;

/** The folder of the chart that a file is a template of; undefined for a file outside of any `templates` folder. */
function chartOf(file: string): string | undefined {
  const found = TEMPLATES.exec(file);
  if (found === null) return undefined;
  return found[1] === undefined || found[1] === '' ? '.' : found[1];
}

/**
 * Folds the errors in the templates of a Helm chart into one for the chart, and says how to render it for the command
 * in use. A chart is a folder with a folder `templates` in which at least one file is a template.
 */
export function foldCharts(problems: readonly Diagnostic[], command: string): readonly Diagnostic[] {
  const filesOf = new Map<string, Set<string>>();
  for (const { code, place } of problems) {
    const chart = code === 'helm-template' && place !== undefined ? chartOf(place.file) : undefined;
    if (chart === undefined || place === undefined) continue;
    const files = filesOf.get(chart) ?? new Set();
    filesOf.set(chart, files.add(place.file));
  }
  const told = new Set<string>();
  return problems.flatMap((problem) => {
    const chart = problem.place === undefined ? undefined : chartOf(problem.place.file);
    const files = chart === undefined ? undefined : filesOf.get(chart);
    if (chart === undefined || files === undefined) return [withCommand(problem, command)];
    // Whatever else is wrong in a template may be so only because it was not rendered.
    if (problem.code !== 'helm-template') return problem.severity === 'error' ? [] : [problem];
    if (told.has(chart)) return [];
    told.add(chart);
    return [{ ...problem, message: chartMessage(chart, files.size, command) }];
  });
}

const withCommand = (problem: Diagnostic, command: string): Diagnostic =>
  problem.code === 'helm-template'
    ? { ...problem, message: `${problem.message} | svc2ipt ${command} -f -` }
    : problem;

function chartMessage(chart: string, files: number, command: string): string {
  const what =
    files === 1
      ? 'a file of this Helm chart is a template'
      : `${files} files of this Helm chart are templates`;
  return `${what} that nobody rendered; render it first: helm template ${chart} | svc2ipt ${command} -f -`;
}
