import { type Schema, closed, flagSchema, listOf, named, open, textSchema } from '../schema.ts';
import { objectSchema } from './metadata.ts';

const spec = closed({
  ...named('taints configSource'),
  podCIDR: textSchema,
  podCIDRs: listOf(textSchema),
  providerID: textSchema,
  unschedulable: flagSchema,
  externalID: textSchema,
});

/** v1 Node; of its status only the addresses are read. */
export const nodeSchema: Schema = objectSchema({
  spec,
  status: open({ addresses: listOf(closed({ type: textSchema, address: textSchema })) }),
});
