import {
  type Properties,
  type Schema,
  closed,
  flagSchema,
  int32,
  listOf,
  textMapSchema,
  textSchema,
} from '../schema.ts';
import { objectSchema, referenceSchema } from './metadata.ts';

const port = closed({ name: textSchema, port: int32, protocol: textSchema, appProtocol: textSchema });

const address = closed({
  ip: textSchema,
  hostname: textSchema,
  nodeName: textSchema,
  targetRef: referenceSchema,
});

/** v1 Endpoints. */
export const endpointsSchema: Schema = objectSchema({
  subsets: listOf(
    closed({ addresses: listOf(address), notReadyAddresses: listOf(address), ports: listOf(port) }),
  ),
});

const hintedNames = listOf(closed({ name: textSchema }));

const sliceSchema = (topology: Properties): Schema =>
  objectSchema({
    addressType: textSchema,
    endpoints: listOf(
      closed({
        addresses: listOf(textSchema),
        conditions: closed({ ready: flagSchema, serving: flagSchema, terminating: flagSchema }),
        hostname: textSchema,
        targetRef: referenceSchema,
        nodeName: textSchema,
        hints: closed({ forZones: hintedNames, forNodes: hintedNames }),
        ...topology,
      }),
    ),
    ports: listOf(port),
  });

/** discovery.k8s.io/v1 EndpointSlice. */
export const endpointSliceSchema: Schema = sliceSchema({
  deprecatedTopology: textMapSchema,
  zone: textSchema,
});

/** discovery.k8s.io/v1beta1 EndpointSlice. */
export const betaEndpointSliceSchema: Schema = sliceSchema({ topology: textMapSchema });
