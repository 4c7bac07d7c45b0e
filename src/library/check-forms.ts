import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';

const isText = (value: unknown): boolean => typeof value === 'string';

const isSource = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'name' in value && 'text' in value
    ? isText(value.name) && isText(value.text)
    : false;

/** What an option must be, by what a caller without types gives. */
const FORMS = {
  source: { what: '{ name, text }, two texts', fits: isSource },
  sources: {
    what: 'a list of { name, text }, two texts each',
    fits: (value: unknown): boolean => Array.isArray(value) && value.every(isSource),
  },
  text: { what: 'a text', fits: isText },
} as const;

/** An error for each option that is not of the form: a caller without types would get a TypeError. */
export const checkForms = <Options extends object>(
  options: Options,
  forms: { readonly [Name in keyof Options]?: keyof typeof FORMS },
): readonly Diagnostic[] =>
  (Object.keys(forms) as (string & keyof Options)[]).flatMap((name) => {
    const form = forms[name];
    return form === undefined || FORMS[form].fits(options[name])
      ? []
      : [diagnostic('usage', `${name} must be ${FORMS[form].what}`)];
  });
