/** Deno, Bun and Node: prints the digest. Arguments: the kernel's file, the number of points. */
import { readFileSync } from "node:fs";
import process from "node:process";
import { digest } from "./workload.ts";

const [file, points] = process.argv.slice(2);
console.log(await digest(await WebAssembly.compile(new Uint8Array(readFileSync(file))), Number(points)));
