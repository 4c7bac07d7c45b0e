import { type Comparison } from '../modes/comparison.ts';
import { type VersionWords } from './summary.ts';
import { type IpFamily } from '../text/ip.ts';
import { printableJson } from '../text/printable.ts';

/** What the report contains besides the differences. */
export interface JsonOptions<Part> {
  readonly family: IpFamily;
  /** One line for a part of a difference. */
  readonly print: (part: Part) => string;
  /** The version that was compared with. */
  readonly version: string | undefined;
  /** All versions that fit the dump. */
  readonly versions: readonly string[];
  /** All versions that fit, the likely ones and why these, in words. */
  readonly versionWords: VersionWords;
  /** Settings taken from the dump that are not kube-proxy's defaults, in words. */
  readonly unusual: readonly string[];
}

/** Formats the report as JSON. Other programs rely on this form. */
export function jsonReport<Part>(
  comparison: Comparison<Part>,
  { family, print, version, versions, versionWords, unusual }: JsonOptions<Part>,
): string {
  const report = {
    equal: comparison.differences.length === 0,
    dialect: version ?? null,
    dialects: versions,
    dialectRange: versionWords.fitting,
    likelyDialects: versionWords.likely,
    likelyBecause: versionWords.reasons,
    inferred: unusual,
    ipFamily: family.toLowerCase(),
    differences: comparison.differences.map((difference) => ({
      kind: difference.kind,
      service: difference.service ?? null,
      table: difference.table,
      chain: difference.chain,
      message: difference.message,
      expected: difference.expected.map((part) => print(part)),
      actual: difference.actual.map((part) => print(part)),
    })),
    notes: comparison.notes,
  };
  return `${printableJson(report, 2)}\n`;
}
