import { anything, closed, listOf, textSchema } from '../../../schema/pieces.ts';
import { objectSchema } from './metadata.ts';

/** The spec of a ServiceCIDR. */
export const serviceCidrSpecSchema = closed({ cidrs: listOf(textSchema) });

/** networking.k8s.io ServiceCIDR. Its status is not read. */
export const serviceCidrSchema = objectSchema({ spec: serviceCidrSpecSchema, status: anything });
