/** Something that the reader asked for and that takes its time. */
import { useState } from "preact/hooks";
import { signedOut } from "./session.ts";

export interface Task {
  isBusy: boolean;
  error: unknown;
  /** What was done, in words; empty at first. */
  done: string;
  /** Runs it, tells the words that it answers, and answers whether it went well. */
  run(act: () => Promise<string | void>): Promise<boolean>;
}

export function useTask(): Task {
  const [state, setState] = useState<{ isBusy: boolean; error: unknown; done: string }>({
    isBusy: false,
    error: undefined,
    done: "",
  });
  const run = async (act: () => Promise<string | void>) => {
    setState({ isBusy: true, error: undefined, done: "" });
    try {
      const done = await act() ?? "";
      setState({ isBusy: false, error: undefined, done });
      return true;
    } catch (error) {
      if (!signedOut(error)) setState({ isBusy: false, error, done: "" });
      return false;
    }
  };
  return { ...state, run };
}
