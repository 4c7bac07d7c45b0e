import { type ConfigFacts } from '../dialect/config-history.ts';
import { type Version } from '../dialect/version.ts';
import { type IpFamily } from '../text/ip.ts';

/** What every setting is resolved against. */
export interface Context {
  readonly version: Version;
  readonly facts: ConfigFacts;
  /** The family whose rules are wanted. */
  readonly ipFamily: IpFamily;
}
