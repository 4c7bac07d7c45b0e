import { type Diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { type FindingCode } from '../diagnostics/lint-codes.ts';
import { type Version } from '../dialect/version.ts';
import { lint as lintSources, type LintResult } from '../lint/lint.ts';
import { type Source } from '../text/source.ts';
import { checkForms } from './check-forms.ts';
import { checkVersion } from './node.ts';

/** Manifests to look at, and what is wanted of the findings. Everything but the sources may be left out. */
export interface LintOptions {
  readonly sources: readonly Source[];
  /** The release of the cluster that is meant; absent: the newest. */
  readonly version?: Version | undefined;
  /** Makes unknown fields errors, not warnings. */
  readonly strict?: boolean | undefined;
  /** Only these codes; absent: all. */
  readonly enable?: readonly FindingCode[] | undefined;
  /** All but these codes. */
  readonly disable?: readonly FindingCode[] | undefined;
}

/**
 * Finds what the API server would refuse and what nobody wants. Returns undefined when an option has a value that it
 * cannot have; `problems` tells what could not be read.
 */
export function lint(options: LintOptions): Outcome<LintResult | undefined> {
  const { sources, version, strict, enable, disable } = options;
  const refused: readonly Diagnostic[] = [
    ...checkForms(options, { sources: 'sources' }),
    ...(version === undefined ? [] : checkVersion(version)),
  ];
  if (refused.length > 0) return { value: undefined, problems: refused };
  return lintSources(sources, {
    strict: strict === true,
    version,
    enable: enable && new Set(enable),
    disable: disable && new Set(disable),
  });
}
