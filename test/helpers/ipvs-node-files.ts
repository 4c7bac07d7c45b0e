/** The outputs of the tools of captured nodes in mode ipvs, as files, and the options that name what made them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { capturedParts, ipvsFolders } from './ipvs-oracle.ts';

/** What a node of a case printed for 1.36 and IPv4, by part. */
export const partsOf = (name: string): ReturnType<typeof capturedParts> =>
  capturedParts({ case: name, version: '1.36', ipFamily: 'IPv4', isShared: false });

/** Changes the text of a part; undefined leaves the part out. */
export type PartChanges = Readonly<Record<string, (text: string) => string | undefined>>;

/** The option for the manifests of a case. */
export const manifestsOf = (name: string): readonly string[] => [
  '-f',
  join(ipvsFolders(name).manifests, 'manifests.yaml'),
];

/** The options for the manifests of a case, and the settings with which it ran. */
export const configuredManifestsOf = (name: string): readonly string[] => [
  ...manifestsOf(name),
  ...['--config', join(ipvsFolders(name).config, 'kube-proxy.yaml')],
];

/** A folder for the tests of a file, which are its only users. */
export interface NodeFiles {
  readonly folder: () => string;
  /** Writes the outputs of a node into a folder of their own, a file each. Returns the folder. */
  readonly dumps: (name: string, changes?: PartChanges) => string;
}

/** Makes a folder before the tests of the calling file, and removes it after them. */
export function nodeFiles(): NodeFiles {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'svc2ipt-ipvs-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const dumps = (name: string, changes: PartChanges = {}): string => {
    const path = mkdtempSync(join(folder, 'node-'));
    for (const [part, text] of Object.entries(partsOf(name))) {
      const change = changes[part];
      const changed = change === undefined ? text : change(text);
      if (changed !== undefined) writeFileSync(join(path, `${part}.txt`), changed);
    }
    return path;
  };
  return { folder: () => folder, dumps };
}
