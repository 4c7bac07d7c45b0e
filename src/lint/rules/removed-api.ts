import { removedSince } from '../../dialect/removed-apis.ts';
import { KINDS } from '../../manifest/check/kinds.ts';
import { type Finding, finding } from '../finding.ts';
import { type LintInput } from '../input.ts';

/**
 * Finds objects in API versions that the cluster no longer serves, unless another check refuses them for it.
 */
export const removedApi = ({ raw, version }: LintInput): readonly Finding[] =>
  raw.flatMap((object) => {
    const { apiVersion, kind } = object;
    const since = removedSince(apiVersion, kind, version);
    const isRefused = KINDS.get(kind.toLowerCase())?.schemas.has(apiVersion) === false;
    if (since === undefined || isRefused) return [];
    const message = `Kubernetes ${since} and later have no ${kind} in ${apiVersion}`;
    return [finding('removed-api', object, ['apiVersion'], message)];
  });
