import { type CollectionTag, type ScalarTag, Schema } from 'yaml';
import { type Plain, resolvePlain } from './plain-scalars.ts';

const YAML = 'tag:yaml.org,2002:';

/** A tag that asks for one type (`!!int "5"`), and refuses text that is of another. */
function typedTag(name: string, isOfType: (value: Plain, text: string) => boolean): ScalarTag {
  return {
    tag: YAML + name,
    resolve(text, onError) {
      const value = resolvePlain(text);
      if (!isOfType(value, text)) onError(`!!${name} does not fit this value`);
      return value;
    },
  };
}

/** go-yaml decodes `!!binary`; what is no UTF-8 then turns into replacement characters on its way to JSON. */
const binaryTag: ScalarTag = {
  tag: `${YAML}binary`,
  resolve(text, onError) {
    const digits = text.replace(/[\r\n]/g, '');
    const isBase64 = digits.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(digits);
    if (!isBase64) onError('!!binary does not fit this value: it is not base64');
    return Buffer.from(digits, 'base64').toString('utf8');
  },
};

const plainTag: ScalarTag = { tag: `${YAML}plain`, default: true, test: /^/, resolve: resolvePlain };

const TAGS: readonly (ScalarTag | CollectionTag)[] = [
  plainTag,
  typedTag('null', (value) => value === null),
  typedTag('bool', (value) => typeof value === 'boolean'),
  typedTag('int', (value) => Number.isInteger(value)),
  typedTag('float', (value) => typeof value === 'number'),
  { tag: `${YAML}timestamp`, resolve: (text) => text },
  { tag: `${YAML}merge`, resolve: (text) => text },
  binaryTag,
];

/** The schema for the `yaml` package: lists, objects, text, and plain scalars as go-yaml v2 takes them. */
export const KUBERNETES_SCHEMA = new Schema({
  schema: 'failsafe',
  customTags: [...TAGS],
  resolveKnownTags: false,
});
