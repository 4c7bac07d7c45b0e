import { type JsonPath } from '../../text/json-path.ts';

/** A Service and port that an object sends traffic to, and where it says so. */
export interface Backend {
  readonly namespace: string;
  readonly service: string;
  readonly servicePath: JsonPath;
  /** A number or a name; absent when any will do. */
  readonly port: number | string | undefined;
  readonly portPath: JsonPath;
}
