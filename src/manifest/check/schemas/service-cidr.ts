import { type Schema, anything, closed, listOf, textSchema } from '../schema.ts';
import { objectSchema } from './metadata.ts';

/** networking.k8s.io ServiceCIDR; its status plays no part. */
export const serviceCidrSchema: Schema = objectSchema({
  spec: closed({ cidrs: listOf(textSchema) }),
  status: anything,
});
