import { type CheckOptions, checkObjects } from '../../../src/manifest/check/check-objects.ts';
import { readManifest } from '../../../src/manifest/read-manifest.ts';
import { type ClusterRanges } from '../../../src/manifest/check/ranges.ts';
import { type ApiObject } from '../../../src/manifest/types.ts';
import { formatDiagnostic } from '../../../src/diagnostics/format.ts';
import { parseCidr } from '../../../src/text/ip.ts';

/** The ranges of the API servers that gave the answers in fixtures. */
export const apiServerRanges: ClusterRanges = {
  serviceCidrs: [parseCidr('10.96.0.0/12')!, parseCidr('fd00:10:96::/112')!],
  nodePorts: { from: 30000, to: 32767 },
  explicit: true,
};

/** What the text of a manifest comes to: its objects, and the problems as they are printed. */
export function checkText(
  text: string,
  options: CheckOptions = { strict: false },
  name = 'in.yaml',
): { objects: readonly ApiObject[]; lines: readonly string[]; skipped: number } {
  const read = readManifest({ name, text });
  const { value, problems } = checkObjects(read.value, options);
  return {
    objects: value.resources.map((resource) => resource.object),
    lines: [...read.problems, ...problems].map(formatDiagnostic),
    skipped: value.skipped,
  };
}

/** The same for objects given as values. */
export const checkValues = (
  values: readonly unknown[],
  options?: CheckOptions,
): ReturnType<typeof checkText> =>
  checkText(JSON.stringify({ kind: 'List', apiVersion: 'v1', items: values }, null, 2), options, 'in.json');

/** A Service with the given spec and everything else right. */
export const service = (spec: object, metadata: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', ...metadata },
  spec: { ports: [{ port: 80 }], ...spec },
});
