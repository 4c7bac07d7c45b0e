import { rankOf, type Version } from './version.ts';

/** `1.27-1.28, 1.30`: runs of releases that follow each other are drawn together. */
export function formatVersions(versions: readonly Version[]): string {
  const runs: Version[][] = [];
  for (const version of versions) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && rankOf(last) + 1 === rankOf(version)) run.push(version);
    else runs.push([version]);
  }
  return runs.map((run) => (run.length === 1 ? run[0] : `${run[0] ?? ''}-${run.at(-1) ?? ''}`)).join(', ');
}
