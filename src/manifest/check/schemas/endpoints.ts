import {
  type Schema,
  anything,
  closed,
  flagSchema,
  int32,
  listOf,
  textMapSchema,
  textSchema,
} from '../../../schema/pieces.ts';
import { objectSchema, referenceSchema } from './metadata.ts';

/** A port of EndpointSlices and Endpoints. */
export const endpointPortSchema = closed({
  name: textSchema,
  port: int32,
  protocol: textSchema,
  appProtocol: textSchema,
});

/** An address of Endpoints. */
export const endpointAddressSchema = closed({
  ip: textSchema,
  hostname: textSchema,
  nodeName: textSchema,
  targetRef: referenceSchema,
});

/** v1 Endpoints. */
export const endpointsSchema = objectSchema({
  subsets: listOf(
    closed({
      addresses: listOf(endpointAddressSchema),
      notReadyAddresses: listOf(endpointAddressSchema),
      ports: listOf(endpointPortSchema),
    }),
  ),
});

const hintedNames = listOf(closed({ name: textSchema }));

/** `hints` of an endpoint. */
export const hintsSchema = closed({ forZones: hintedNames, forNodes: hintedNames });

/** `conditions` of an endpoint. */
export const conditionsSchema = closed({
  ready: flagSchema,
  serving: flagSchema,
  terminating: flagSchema,
});

/** What endpoints of both versions of EndpointSlice have. */
const endpointFields = {
  addresses: listOf(textSchema),
  conditions: conditionsSchema,
  hostname: textSchema,
  targetRef: referenceSchema,
  nodeName: textSchema,
  hints: hintsSchema,
};

/** An endpoint of discovery.k8s.io/v1. */
export const endpointSchema = closed({
  ...endpointFields,
  deprecatedTopology: textMapSchema,
  zone: textSchema,
});

/** An endpoint of discovery.k8s.io/v1beta1. */
export const betaEndpointSchema = closed({ ...endpointFields, topology: textMapSchema });

const sliceSchema = <const Endpoint extends Schema>(endpoint: Endpoint) =>
  objectSchema({
    addressType: textSchema,
    endpoints: listOf(endpoint),
    ports: listOf(endpointPortSchema),
  });

/** An EndpointSlice whose endpoints were checked before. */
export const endpointSliceFrameSchema = objectSchema({
  addressType: textSchema,
  endpoints: anything,
  ports: listOf(endpointPortSchema),
});

/** discovery.k8s.io/v1 EndpointSlice. */
export const endpointSliceSchema = sliceSchema(endpointSchema);

/** discovery.k8s.io/v1beta1 EndpointSlice. */
export const betaEndpointSliceSchema = sliceSchema(betaEndpointSchema);
