import ts from 'typescript';

/**
 * Returns the text of a module without the methods of its classes that nothing calls: neither the texts of its callers
 * nor a method that stays names them behind a dot.
 */
export function withUsedMethods(text, callers) {
  const file = ts.createSourceFile('module.js', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const methods = file.statements
    .filter(ts.isClassDeclaration)
    .flatMap(({ members }) => [...members].filter(ts.isMethodDeclaration));
  const unused = new Set(methods);
  const withoutMethods = methods.reduceRight(
    (rest, { pos, end }) => rest.slice(0, pos) + rest.slice(end),
    text,
  );
  for (const names of [namesIn(withoutMethods), ...callers.map(namesIn)]) keep(unused, names);
  return [...unused]
    .sort((one, other) => other.pos - one.pos)
    .reduce((rest, { pos, end }) => rest.slice(0, pos) + rest.slice(end), text);
}

/** Takes out of the set the methods that have one of the names, and those that these call. */
function keep(unused, names) {
  for (const method of unused) {
    if (!names.has(method.name.getText())) continue;
    unused.delete(method);
    keep(unused, namesIn(method.getText()));
  }
}

/** The words that stand behind a dot. */
const namesIn = (text) => new Set([...text.matchAll(/\.([\w$]+)/g)].map(([, name]) => name));
