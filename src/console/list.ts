/** A list that the server keeps. */
import { useEffect, useState } from "preact/hooks";
import { signedOut } from "./session.ts";

export interface List<T> {
  /** Undefined until the first answer. */
  items: T[] | undefined;
  error: unknown;
  reload(): Promise<void>;
}

export function useList<T>(read: () => Promise<T[]>): List<T> {
  const [state, setState] = useState<{ items?: T[]; error?: unknown }>({});
  const reload = async () => {
    try {
      setState({ items: await read() });
    } catch (error) {
      if (!signedOut(error)) setState((before) => ({ ...before, error }));
    }
  };
  useEffect(() => void reload(), []);
  return { items: state.items, error: state.error, reload };
}
