/** Every text that says what kube-proxy of some release writes: captured from real runs, or written from its source. */
import { compile, type Compilation } from '../../src/compile.ts';
import { type Version } from '../../src/dialect/version.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { historyRequest, historyTexts } from './history-cases.ts';
import { captures, oracleRequest } from './oracle.ts';

export interface Truth {
  readonly name: string;
  readonly version: Version;
  readonly ipFamily: IpFamily;
  /** The expected text. */
  readonly file: string;
  /** Compiles the case; throws with the problems when it does not compile. */
  readonly compile: () => Compilation;
}

/** Captures and history cases alike. */
export function truths(): readonly Truth[] {
  const seen = captures().map((capture): Truth => ({
    ...capture,
    name: capture.case,
    compile: () => compiled(oracleRequest(capture.case, capture.version, capture.ipFamily)),
  }));
  const written = historyTexts().map((text): Truth => ({
    ...text,
    name: text.case,
    compile: () => compiled(historyRequest(text.case, text.version, text.ipFamily)),
  }));
  return [...written, ...seen];
}

function compiled(request: Parameters<typeof compile>[0]): Compilation {
  const { value, problems } = compile(request);
  if (value === undefined) throw new Error(problems.map(formatDiagnostic).join('\n'));
  return value;
}
