// Lets the conformance suite run on Node 20: it imports a function of Node 22 that its server checks do not call.
import { register } from "node:module";

const source = (code) => `data:text/javascript,${encodeURIComponent(code)}`;
const fs = source(`export * from "node:fs"; export { default } from "node:fs";
  export const globSync = () => { throw new Error("fs.globSync is there from Node 22 on"); };`);
if (Number(process.versions.node.split(".")[0]) < 22) {
  register(
    source(`export const resolve = (name, context, next) =>
      name === "fs" && /conformance[^/]*\\/dist/.test(context.parentURL ?? "")
        ? { url: ${JSON.stringify(fs)}, shortCircuit: true }
        : next(name, context);`),
  );
}
