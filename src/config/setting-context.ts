import { type ConfigFacts } from '../dialect/config-history.ts';
import { type Version } from '../dialect/version.ts';
import { type IpFamily } from '../text/ip.ts';

/** What the meaning of every setting depends on. */
export interface SettingContext {
  readonly version: Version;
  readonly facts: ConfigFacts;
  /** The family of the rules to compile. */
  readonly ipFamily: IpFamily;
}
