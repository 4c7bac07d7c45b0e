import { closed, flagSchema, listOf, named, open, textSchema } from '../../../schema/pieces.ts';
import { objectSchema } from './metadata.ts';

/** The spec of a Node. */
export const nodeSpecSchema = closed({
  ...named('taints configSource'),
  podCIDR: textSchema,
  podCIDRs: listOf(textSchema),
  providerID: textSchema,
  unschedulable: flagSchema,
  externalID: textSchema,
});

/** v1 Node. Of the status, only the addresses are read. */
export const nodeSchema = objectSchema({
  spec: nodeSpecSchema,
  status: open({ addresses: listOf(closed({ type: textSchema, address: textSchema })) }),
});
