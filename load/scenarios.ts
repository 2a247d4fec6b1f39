/** The scenarios by name: what each shows, and for how many seconds it runs alone and as one of all. */
export interface Scenario {
  shows: string;
  seconds: number;
  short_seconds: number;
}

export const SCENARIOS = {
  smoke: { shows: "each endpoint answers, and refuses what is wrong", seconds: 3, short_seconds: 1 },
  steady: { shows: "what the product promises, request by request", seconds: 60, short_seconds: 10 },
  stress: { shows: "rising rates, up to the knee and beyond", seconds: 120, short_seconds: 30 },
  spike: { shows: "a burst of twenty times the load, and the time after it", seconds: 60, short_seconds: 15 },
  soak: { shows: "the promised load for long: times and memory stay", seconds: 1800, short_seconds: 20 },
  websocket: { shows: "points and labels over sockets, in order", seconds: 60, short_seconds: 10 },
  binary: { shows: "bulk learning of points as octets", seconds: 60, short_seconds: 10 },
  login: { shows: "a storm of wrong passwords, beside people who know theirs", seconds: 60, short_seconds: 15 },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;
