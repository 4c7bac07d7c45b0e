import { type Chain, type Element, type NamedSet, type Rule } from '../../../netfilter/nftables/model.ts';
import { addChain, addElement, addRule, addSet, addTable } from '../../../netfilter/nftables/script.ts';
import { type IpFamily } from '../../../text/ip.ts';
import { TABLE_NAME } from '../rules/build.ts';
import { familyName } from '../rules/pieces.ts';

/** What a difference names: a piece of kube-proxy's table. */
export type NftPart =
  | { readonly kind: 'table' }
  | { readonly kind: 'chain'; readonly chain: Chain }
  | { readonly kind: 'set'; readonly set: NamedSet }
  | { readonly kind: 'rule'; readonly chain: string; readonly rule: Rule }
  | { readonly kind: 'element'; readonly set: string; readonly element: Element };

/** Returns the command of nft that makes the part. */
export function printPart(part: NftPart, family: IpFamily): string {
  const table = { family: familyName(family), name: TABLE_NAME };
  switch (part.kind) {
    case 'table':
      return addTable({ ...table, flags: [] });
    case 'chain':
      return addChain(table, part.chain);
    case 'set':
      return addSet(table, part.set);
    case 'rule':
      return addRule(table, part.chain, part.rule);
    case 'element':
      return addElement(table, part.set, part.element);
  }
}
