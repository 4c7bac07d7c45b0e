/** The newest release whose rules were captured: what is compared with captures of one release takes it. */
import { CAPTURED } from '../../src/dialect/captures.ts';
import { type Version, VERSIONS } from '../../src/dialect/version.ts';

const newest = VERSIONS.findLast((version) => CAPTURED[version] !== undefined);
if (newest === undefined) throw new Error('no release was captured');

export const NEWEST_CAPTURED: Version = newest;
