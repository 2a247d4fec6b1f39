/** workerd has Node's modules for import alone; what npm packages require of them is imported in their place. */

/** As the bundler begins a file that requires. */
const REQUIRE =
  /import\s*\{\s*createRequire as ([\w$]+)\s*\}\s*from\s*"node:module";\s*var ([\w$]+)\s*=\s*\1\(import\.meta\.url\);/;

/** The bundle with `require` made of imports. Throws where the bundler begins its files in another way. */
export function requireByImport(bundle: string): string {
  const [prologue, , name] = REQUIRE.exec(bundle) ?? [];
  if (prologue === undefined) {
    if (bundle.includes("createRequire")) throw new Error("the bundle requires in a way that is not known here");
    return bundle;
  }
  const calls = new RegExp(`(?<![\\w$.])${name.replaceAll("$", "\\$")}\\("(node:[\\w/]+)"\\)`, "g");
  const modules = [...new Set(Array.from(bundle.matchAll(calls), ([, module]) => module))];
  const imports = modules.map((module, index) => `import node${index} from ${JSON.stringify(module)};`);
  const found = modules.map((module, index) => `"${module}":node${index}`);
  return bundle.replace(prologue, () => `${imports.join("")}const ${name}=(name)=>({${found.join(",")}})[name];`);
}
