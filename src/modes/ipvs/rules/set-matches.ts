/** What rules that look packets up in sets are made of. */
import { type Match, type Target } from '../../../netfilter/iptables/model.ts';
import { comment, jump } from '../../iptables/rules/pieces.ts';
import { type IpvsContext } from './part.ts';
import { inSet } from './pieces.ts';
import { hasChains, setComment, type SetKey, setName } from './set-table.ts';

export const MASQUERADE: Target = jump('KUBE-MARK-MASQ');

/** Packets whose fields are in a set, without a comment. */
export const named = (set: SetKey, fields: string, { settings, features }: IpvsContext): Match =>
  inSet(setName(set, settings.ipFamily, features), fields);

/** The same with the comment of the set, in releases that comment such rules. */
export const commented = (set: SetKey, fields: string, context: IpvsContext): readonly Match[] => [
  ...(hasChains(context.features) ? [comment(setComment(set))] : []),
  named(set, fields, context),
];
