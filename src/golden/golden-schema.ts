/** The form of `svc2ipt.yaml`, the file that says which golden files there are. */
import { type Properties, type Schema } from '../schema/pieces.ts';

/** What an option of `svc2ipt compile` takes. */
export type OptionKind = 'switch' | 'value';

const names: Schema = { type: 'array', items: { type: 'string' } };

/** A label of DNS, or several with dots: what a Node can be called. */
const nodeName: Schema = {
  type: 'string',
  pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$',
};

const value: Schema = { type: ['string', 'boolean', 'integer'] };

const settingSchemas: Readonly<Record<OptionKind, Schema>> = {
  switch: { type: 'boolean' },
  value: { type: ['string', 'boolean', 'integer', 'array'], items: value },
};

const object = (properties: Properties): Schema => ({
  type: 'object',
  properties,
  additionalProperties: false,
});

/** The schema of the file for the options that `compile` has. */
export function goldenSchema(options: ReadonlyMap<string, OptionKind>): Schema {
  const settings = object(
    Object.fromEntries([...options].map(([name, kind]) => [name, settingSchemas[kind]])),
  );
  return object({
    inputs: names,
    recursive: { type: 'boolean' },
    exclude: names,
    settings,
    nodes: { type: 'array', items: object({ name: nodeName, settings }) },
    outputs: {
      type: 'array',
      items: object({ file: { type: 'string' }, versions: names, families: names, modes: names, settings }),
    },
  });
}

/** The same objects as types, once the schema has let them pass. */
export interface GoldenText {
  readonly inputs?: readonly string[];
  readonly recursive?: boolean;
  readonly exclude?: readonly string[];
  readonly settings?: SettingsText;
  readonly nodes?: readonly NodeText[];
  readonly outputs?: readonly OutputText[];
}

/** Values of options by their names. */
export type SettingsText = Readonly<Record<string, SettingText | readonly SettingText[]>>;

/** A value of an option. */
export type SettingText = string | boolean | number;

/** A node and what holds only for it. */
export interface NodeText {
  readonly name?: string;
  readonly settings?: SettingsText;
}

/** A golden file, or several when its name has placeholders. */
export interface OutputText {
  readonly file?: string;
  readonly versions?: readonly string[];
  readonly families?: readonly string[];
  readonly modes?: readonly string[];
  readonly settings?: SettingsText;
}
