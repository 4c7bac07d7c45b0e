import { type Problem } from '../text/problem.ts';
import { placeAt, type Source } from '../text/source.ts';
import { type Fault } from './yaml-messages.ts';

/** `{{` at the start of a line, or of a value; not inside of quotes, where it is text like any other. */
const ACTION = /^[ \t]*(?:- +)*(?:[^\s#"'{}:]+:[ \t]+)?\{\{/;

function lineAt(text: string, offset: number): { readonly start: number; readonly line: string } {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return { start, line: text.slice(start, end === -1 ? text.length : end) };
}

function indentation(line: string): number {
  return line.length - line.trimStart().length;
}

/**
 * The offset of the `{{` that is to blame for an error at `offset`: on its line, or at the start of the one above,
 * unless that is indented deeper, as the lines of a block of text are.
 */
function actionNear(text: string, offset: number): number | undefined {
  const own = lineAt(text, offset);
  if (own.line.includes('{{')) return own.start + own.line.indexOf('{{');
  if (own.start === 0) return undefined;
  const above = lineAt(text, own.start - 1);
  const isAction = ACTION.test(above.line) && indentation(above.line) <= indentation(own.line);
  return isAction ? above.start + above.line.indexOf('{{') : undefined;
}

/**
 * The one problem to report instead of the `faults` of a document that is a Helm template which nobody rendered:
 * its `{{ ... }}` breaks the syntax of YAML in many places, and none of them is the user's mistake.
 */
export function findHelmTemplate(source: Source, faults: readonly Fault[]): Problem | undefined {
  for (const { offset } of faults) {
    const action = actionNear(source.text, offset);
    if (action !== undefined) {
      const message =
        '{{ }} is a Helm template that was not rendered; render it first: helm template CHART | svc2ipt compile -f -';
      return { severity: 'error', place: placeAt(source, action), message };
    }
  }
  return undefined;
}
