import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { placeAt, type Source } from '../../text/source.ts';
import { type Fault } from './fault.ts';

/** `{{` at the start of a line, or of a value; not inside of quotes, where it is text like any other. */
const ACTION = /^[ \t]*(?:- +)*(?:[^\s#"'{}:]+:[ \t]+)?\{\{/;

interface Line {
  readonly start: number;
  readonly text: string;
}

function lineFrom(text: string, start: number): Line {
  const end = text.indexOf('\n', start);
  return { start, text: text.slice(start, end === -1 ? text.length : end) };
}

function indentation(line: string): number {
  return line.length - line.trimStart().length;
}

/**
 * The offset of the `{{` that is to blame for an error on the line that begins at `start`: on the line itself, or at
 * the start of the one above, unless that is indented deeper, as the lines of a block of text are.
 */
function actionNear(text: string, start: number): number | undefined {
  const own = lineFrom(text, start);
  if (own.text.includes('{{')) return own.start + own.text.indexOf('{{');
  if (start === 0) return undefined;
  const above = lineFrom(text, start < 2 ? 0 : text.lastIndexOf('\n', start - 2) + 1);
  const isAction = ACTION.test(above.text) && indentation(above.text) <= indentation(own.text);
  return isAction ? above.start + above.text.indexOf('{{') : undefined;
}

/**
 * The one problem to report instead of the `faults` of a document that is a Helm template which nobody rendered:
 * its `{{ ... }}` breaks the syntax of YAML in many places, and none of them is the user's mistake.
 */
export function findHelmTemplate(source: Source, faults: readonly Fault[]): Diagnostic | undefined {
  const lineStarts = faults.map(({ offset }) => offset - placeAt(source, offset).column + 1);
  for (const start of new Set(lineStarts)) {
    const action = actionNear(source.text, start);
    if (action !== undefined) {
      const message = '{{ }} is a Helm template that was not rendered; render it first: helm template CHART';
      return diagnostic('helm-template', message, { place: placeAt(source, action) });
    }
  }
  return undefined;
}
