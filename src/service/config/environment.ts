/** An environment that is read variable by variable, and remembers what was wrong with it. */

/** What is wrong with an environment, one line a variable. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

export class Environment {
  readonly faults: string[] = [];

  constructor(readonly read: (name: string) => string | undefined) {}

  /** A variable as `parse` reads it; `otherwise` where it is unset, empty or bad. What is bad is remembered. */
  get<T, D>(name: string, parse: (text: string) => T, otherwise: D): T | D {
    const text = this.read(name)?.trim();
    if (!text) return otherwise;
    try {
      return parse(text);
    } catch (error) {
      this.faults.push(`${name}: ${(error as Error).message}`);
      return otherwise;
    }
  }

  /** Throws ConfigError that names every fault. */
  throwFaults(): void {
    if (this.faults.length > 0) throw new ConfigError(this.faults.join("\n"));
  }
}
