/** `deno task ncs`: the command line. */
import process from "node:process";
import { labelRequest, summaryRequest } from "./arguments.ts";
import { backup } from "./backup.ts";
import { backupRequest, restoreRequest } from "./backup_arguments.ts";
import { DataError, UsageError } from "./errors.ts";
import { HELP } from "./help.ts";
import { label } from "./label.ts";
import { restore } from "./restore.ts";
import { summary } from "./summary.ts";

const COMMANDS: Record<string, (args: string[]) => Promise<void>> = {
  label: (args) => label(labelRequest(args)),
  summary: async (args) => console.log(await summary(summaryRequest(args))),
  // Standard output may be the backup.
  backup: async (args) => console.error(await backup(backupRequest(args))),
  restore: async (args) => console.error(await restore(restoreRequest(args))),
};

/** A reader that went away, as head does: nothing more to do, and nothing wrong. */
const isClosedPipe = (error: unknown) => (error as { code?: string })?.code === "EPIPE";

async function main([command, ...args]: string[]): Promise<void> {
  const known = command !== undefined && Object.hasOwn(COMMANDS, command);
  if (command === "--help" || (known && args.includes("--help"))) {
    console.log(HELP[known ? command : "ncs"]);
    return;
  }
  if (!known) throw new UsageError(command ? `no command ${command}` : "which command?");
  await COMMANDS[command](args);
}

/** Exit status of a failure; says on standard error what is wrong. */
function fail(error: unknown): number {
  if (isClosedPipe(error)) return 0;
  if (error instanceof UsageError) console.error(`ncs: ${error.message}\nncs --help says more.`);
  else if (error instanceof DataError || isSystemError(error)) console.error(`ncs: ${(error as Error).message}`);
  else console.error(error);
  return error instanceof UsageError ? 2 : 1;
}

/** No space left, permission denied and the like: the message says it all. */
const isSystemError = (error: unknown) =>
  error instanceof Error && "code" in error && /^E[A-Z0-9]+$/.test(`${error.code}`);

main(process.argv.slice(2)).then(() => process.exit(0), (error) => process.exit(fail(error)));
