/** What a host is to the parity run. */

/** Files and numbers that every host gets. */
export interface Task {
  /** The built kernel. */
  kernel: string;
  /** Points in all. */
  points: number;
  /** A folder for what the host needs to be written down; removed afterwards. */
  folder: string;
}

/** The host cannot be had on this machine: reported as skipped. */
export class NotInstalled extends Error {
  override readonly name = "NotInstalled";
}

/** Answers the digest. Throws NotInstalled where the host cannot be had, any other error where it fails. */
export type Host = (task: Task) => Promise<string>;
