import { type SettingRow, type SettingType } from '../dialect/settings.ts';
import { anything, closed, flagSchema, int32, type Schema, textSchema } from '../schema/pieces.ts';
import { DURATION_FORM } from './duration.ts';
import { settingRows } from './kube-proxy-flags.ts';

const ROW_BY_PATH: ReadonlyMap<string, SettingRow> = new Map(settingRows());

/** Returns the setting at a JSON path of the configuration; undefined when no release has it. */
export const settingAt = (path: string): SettingRow | undefined => ROW_BY_PATH.get(path);

const SCHEMAS: Readonly<Record<SettingType, Schema>> = {
  string: textSchema,
  boolean: flagSchema,
  integer: int32,
  number: { type: ['number', 'null'] },
  duration: { type: 'string', pattern: DURATION_FORM },
  strings: { type: ['array', 'null'], items: { type: 'string' } },
  gates: { type: ['object', 'null'], additionalProperties: flagSchema },
  component: anything,
};

const schemaOf = ({ type, mayBeNull }: SettingRow): Schema =>
  mayBeNull === true ? { ...SCHEMAS[type], type: ['string', 'null'] } : SCHEMAS[type];

/** The fields of all releases. Another step checks which of them a release knows. */
export const CONFIGURATION_SCHEMA: Schema = configurationSchema();

function configurationSchema(): Schema {
  const top = new Map<string, Schema>();
  const groups = new Map<string, Map<string, Schema>>();
  for (const [path, row] of settingRows()) {
    const [group = '', name] = path.split('.');
    if (name === undefined) {
      top.set(group, schemaOf(row));
      continue;
    }
    const fields = groups.get(group) ?? new Map<string, Schema>();
    groups.set(group, fields.set(name, schemaOf(row)));
  }
  for (const [group, fields] of groups) top.set(group, closed(Object.fromEntries(fields)));
  return closed(Object.fromEntries(top));
}
