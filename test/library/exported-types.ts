/** Finds types that exported signatures name but that nobody can import, with the TypeScript API. */
import ts from 'typescript';

/** A type that is missing, and the export that names it. */
export interface UnreachableType {
  readonly exported: string;
  readonly type: string;
}

/**
 * Every type declared in `folder` that a signature exported by `entry` names while `entry` does not export it.
 * Bodies of functions and values of constants are no part of a signature, and neither is what a type is computed of:
 * the operands of `keyof` and `typeof`, and mapped types. Of indexed access, what it gives counts.
 */
export function unreachableTypes(entry: string, folder: string): readonly UnreachableType[] {
  const program = ts.createProgram([entry], OPTIONS);
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(entry);
  const module = file && checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`${entry} is no module`);
  const exported = exportsOf(module, checker);

  const found = new Map<string, UnreachableType>();
  for (const symbol of exported) {
    for (const declaration of symbol.declarations ?? []) {
      for (const type of namedTypes(declaration, checker)) {
        if (exported.has(type) || !isDeclaredIn(type, folder)) continue;
        const missing = { exported: symbol.name, type: type.name };
        found.set(JSON.stringify(missing), missing);
      }
    }
  }
  return [...found.values()];
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  allowImportingTsExtensions: true,
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  types: [],
};

const targetOf = (symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol =>
  (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);

/** What a module exports, and what the namespaces among its exports hold. */
function exportsOf(module: ts.Symbol, checker: ts.TypeChecker): ReadonlySet<ts.Symbol> {
  const exported = new Set<ts.Symbol>();
  for (const each of checker.getExportsOfModule(module)) {
    const symbol = targetOf(each, checker);
    const isNamespace = symbol.declarations?.some((declaration) => ts.isSourceFile(declaration)) === true;
    if (!isNamespace) exported.add(symbol);
    else for (const inner of exportsOf(symbol, checker)) exported.add(inner);
  }
  return exported;
}

/** The types that a declaration names. */
function namedTypes(declaration: ts.Node, checker: ts.TypeChecker): readonly ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const add = (symbol: ts.Symbol | undefined): void => {
    if (symbol === undefined) return;
    const target = targetOf(symbol, checker);
    if (!isComputed(target)) found.push(target);
  };
  const visit = (node: ts.Node): void => {
    if (isNoSignature(node)) return;
    if (ts.isIndexedAccessTypeNode(node)) {
      const type = checker.getTypeFromTypeNode(node);
      for (const each of membersOf(checker.getBaseConstraintOfType(type) ?? type)) {
        add(each.aliasSymbol ?? each.getSymbol());
      }
      return;
    }
    if (ts.isTypeReferenceNode(node)) add(checker.getSymbolAtLocation(node.typeName));
    if (ts.isExpressionWithTypeArguments(node)) add(checker.getSymbolAtLocation(node.expression));
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return found;
}

const membersOf = (type: ts.Type): readonly ts.Type[] => (type.isUnion() ? type.types : [type]);

/** Bodies, values and operands of `keyof`. */
function isNoSignature(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBlock(node) || ts.isTypeQueryNode(node)) return true;
  if (ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.KeyOfKeyword) return true;
  if (ts.isArrowFunction(parent) && parent.body === node) return true;
  return ts.isVariableDeclaration(parent) && parent.initializer === node && !ts.isArrowFunction(node);
}

/** Whether a name stands for a computation with types. */
const isComputed = (symbol: ts.Symbol): boolean =>
  symbol.declarations?.some((one) => ts.isTypeAliasDeclaration(one) && ts.isMappedTypeNode(one.type)) ===
  true;

const isDeclaredIn = (type: ts.Symbol, folder: string): boolean =>
  (type.declarations ?? []).some((one) => {
    if (ts.isTypeParameterDeclaration(one) || ts.isTypeLiteralNode(one)) return false;
    return one.getSourceFile().fileName.startsWith(`${folder}/`);
  });
