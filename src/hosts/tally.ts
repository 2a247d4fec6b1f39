/** Counts the requests under way, so that a stop can wait for them. */
export class Tally {
  #underWay = 0;
  #waiting: (() => void)[] = [];

  begin(): void {
    this.#underWay++;
  }

  end(): void {
    this.#underWay--;
    if (this.#underWay === 0) this.#waiting.splice(0).forEach((resolve) => resolve());
  }

  /** Resolves when nothing is under way. */
  settle(): Promise<void> {
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
