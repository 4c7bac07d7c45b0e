import { type Ruleset } from '../../netfilter/nftables/model.ts';
import { type IpFamily } from '../../text/ip.ts';

/** What a node printed of its nftables rules, looked at for one family. */
export interface NftDump {
  readonly family: IpFamily;
  /** All tables that the text holds, of other families and of other software, too. */
  readonly ruleset: Ruleset;
  /** The text tells which sets are filled by rules. The JSON of some releases of nft does not. */
  readonly tellsDynamic: boolean;
}
