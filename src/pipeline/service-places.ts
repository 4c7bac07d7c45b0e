import { keyOf } from '../cluster/objects.ts';
import { type Resource } from '../manifest/resource.ts';
import { type Place } from '../text/source.ts';

/**
 * Returns a function that tells where a Service, as `namespace/name`, stands in the manifests: the place of its name.
 * The last Service of a name counts. Places are found only for the Services that are asked for.
 */
export function servicePlaces(resources: readonly Resource[]): (service: string) => Place | undefined {
  let byName: ReadonlyMap<string, Resource> | undefined;
  return (service) => {
    byName ??= new Map(
      resources.flatMap((resource) =>
        resource.object.kind === 'Service' ? [[keyOf(resource.object), resource] as const] : [],
      ),
    );
    return byName.get(service)?.locate(['metadata', 'name']);
  };
}
