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
  duration: { type: ['string', 'null'], pattern: DURATION_FORM },
  strings: { type: ['array', 'null'], items: { type: 'string' } },
  gates: { type: ['object', 'null'], additionalProperties: { type: 'boolean' } },
  component: anything,
};

/** The fields of all releases. Another step checks which of them a release knows. */
export const CONFIGURATION_SCHEMA: Schema = configurationSchema();

function configurationSchema(): Schema {
  const top = new Map<string, Schema>();
  const groups = new Map<string, Map<string, Schema>>();
  for (const [path, { type }] of settingRows()) {
    const [group = '', name] = path.split('.');
    if (name === undefined) {
      top.set(group, SCHEMAS[type]);
      continue;
    }
    const fields = groups.get(group) ?? new Map<string, Schema>();
    groups.set(group, fields.set(name, SCHEMAS[type]));
  }
  for (const [group, fields] of groups) top.set(group, closed(Object.fromEntries(fields)));
  return closed(Object.fromEntries(top));
}
