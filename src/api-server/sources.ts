import { type Source } from '../text/source.ts';
import { OBJECTS_IN_TEXT } from './limits.ts';
import { type Listed } from './list.ts';
import { apiVersionOf } from './resources.ts';

/** What the objects of a cluster are called in messages: `<cluster>/services/shop/web`. */
const CLUSTER = '<cluster>';

/**
 * Returns what was listed as texts for the reader of manifests: lists of some objects each, in order of their names.
 */
export function sourcesOf({ resource, objects }: Listed): readonly Source[] {
  const { name, kind } = resource;
  const head = JSON.stringify({ kind: `${kind}List`, apiVersion: apiVersionOf(resource) }).slice(0, -1);
  const keys = [...objects.keys()].sort();
  const sources: Source[] = [];
  for (let start = 0; start < keys.length; start += OBJECTS_IN_TEXT) {
    const items = keys.slice(start, start + OBJECTS_IN_TEXT).map((key) => objects.get(key));
    sources.push({
      name: `${CLUSTER}/${name}`,
      text: `${head},"items":[${items.join(',\n')}]}`,
      byObject: true,
    });
  }
  return sources;
}
