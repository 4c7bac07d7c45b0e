import { Document } from 'yaml';
import { formatVersions } from '../dialect/format-versions.ts';
import { printable } from '../text/printable.ts';
import { type Decompiled } from './decompile.ts';
import { ELSEWHERE, type Manifest } from './manifests.ts';

/** Options for YAML 1.1, which Kubernetes reads. In it `on` is a boolean, so such texts get quotes. */
const AS_KUBERNETES = { version: '1.1', aliasDuplicateObjects: false } as const;
const ONE_LINE = { lineWidth: 0 } as const;

/** The names of the files that the result is said to be in. */
export interface FileNames {
  readonly dump: string;
  readonly config: string;
}

/** Prints manifests as a YAML stream. Comments at the top show the command that compiles them. */
export function printManifests(decompiled: Decompiled, { dump, config }: FileNames): string {
  const { manifests, node, version, versions, options } = decompiled;
  const command = [
    'svc2ipt compile -f FILE',
    `--config ${config}`,
    `--kube-proxy-version ${version}`,
    ...options,
  ];
  const head = [
    `What explains the rules in ${dump}, written by kube-proxy ${formatVersions(versions)}. The same rules again:`,
    `  ${command.join(' ')}`,
  ];
  const documents = [node, ...manifests].map(printManifest);
  return `${head.map((line) => `# ${printable(line)}\n`).join('')}${documents.join('---\n')}`;
}

/** A KubeProxyConfiguration as YAML. */
export const printConfiguration = ({ configuration }: Pick<Decompiled, 'configuration'>): string =>
  new Document(configuration, AS_KUBERNETES).toString(ONE_LINE);

const REMARK = ' The rules tell that there are endpoints, but not where: this address stands for them.';

function printManifest(manifest: Manifest): string {
  const document = new Document(manifest, AS_KUBERNETES);
  if (standsForOthers(manifest)) document.commentBefore = REMARK;
  return document.toString(ONE_LINE);
}

function standsForOthers({ kind, endpoints }: Manifest): boolean {
  if (kind !== 'EndpointSlice' || !Array.isArray(endpoints)) return false;
  const [first] = endpoints as readonly { readonly addresses?: readonly string[] }[];
  return Object.values(ELSEWHERE).includes(first?.addresses?.[0] ?? '');
}
