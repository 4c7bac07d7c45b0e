/**
 * Spells out the types of a declaration file that are made of the program's tables (`keyof typeof CODES`), so that the
 * tables themselves need not be published and an editor shows what may be written.
 */
import ts from 'typescript';

/** Returns the text of the file with each type alias that asks for `typeof` a value spelled out. */
export function spellOutTypes(path) {
  const program = ts.createProgram([path], { strict: true, noEmit: true, skipLibCheck: true, types: [] });
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(path);
  const replacements = file.statements
    .filter((node) => ts.isTypeAliasDeclaration(node) && asksForValue(node.type))
    .map(({ type }) => ({ start: type.getStart(), end: type.end, text: spelled(checker, type) }));
  let text = file.text;
  for (const { start, end, text: type } of replacements.toReversed()) {
    text = text.slice(0, start) + type + text.slice(end);
  }
  return text;
}

/** Returns whether `typeof VALUE` stands anywhere in the type. */
const asksForValue = (node) =>
  ts.isTypeQueryNode(node) || (ts.forEachChild(node, (child) => asksForValue(child) || undefined) ?? false);

const FLAGS = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;

/** Returns a union of literals as such, and an object with its properties. */
function spelled(checker, node) {
  const type = checker.getTypeAtLocation(node);
  const print = (one) => checker.typeToString(one, node, FLAGS);
  if (type.isUnion()) return print(type);
  const properties = checker.getPropertiesOfType(type).map((property) => {
    const optional = property.flags & ts.SymbolFlags.Optional ? '?' : '';
    return `\treadonly ${property.name}${optional}: ${print(checker.getTypeOfSymbolAtLocation(property, node))};\n`;
  });
  return `{\n${properties.join('')}}`;
}
