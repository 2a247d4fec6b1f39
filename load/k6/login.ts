/**
 * A storm of wrong passwords from many addresses: each is stopped at its limit, nothing breaks, and people elsewhere sign in.
 * Addresses are told by X-Forwarded-For, which the server must believe (TRUSTED_PROXIES=1, and k6 speaks to it directly).
 */
import { check, sleep } from "k6";
import exec from "k6/execution";
import http, { type RefinedResponse } from "k6/http";
import { Counter } from "k6/metrics";
import type { Options } from "k6/options";
import { summarize } from "../report/summary.ts";
import { answer_ms, errors } from "./lib/metrics.ts";
import { ADMIN, BASE, lasts, summaryTrendStats, systemTags } from "./lib/settings.ts";

/** Attackers of one name each, and those who try ever other names; and what the server lets an address try. */
const ONE_NAME = 6, TRIES = 100, MANY_NAMES = 2, PEOPLE = 2, TRIES_BY_NAME = 5, TRIES_BY_ADDRESS = 50;
const seconds = lasts("login"), duration = `${seconds}s`;

/** Wrong passwords that the server looked at, and those that it refused to look at. */
const passwords_tried = new Counter("passwords_tried"), passwords_refused = new Counter("passwords_refused");
const people_signed_in = new Counter("people_signed_in");

export const options: Options = {
  summaryTrendStats,
  systemTags,
  scenarios: {
    // All of their tries, however slow the machine is, so that it is known how many are looked at.
    one_name: {
      executor: "per-vu-iterations",
      vus: ONE_NAME,
      iterations: TRIES,
      maxDuration: `${seconds + 600}s`,
      exec: "attackOneName",
    },
    many_names: { executor: "constant-vus", vus: MANY_NAMES, duration, exec: "attackManyNames" },
    people: { executor: "constant-vus", vus: PEOPLE, duration, exec: "signIn" },
  },
  thresholds: {
    checks: ["rate==1"],
    errors: ["rate==0"],
    "passwords_tried{scenario:one_name}": [`count==${ONE_NAME * TRIES_BY_NAME}`],
    "passwords_refused{scenario:one_name}": [`count==${ONE_NAME * (TRIES - TRIES_BY_NAME)}`],
    "passwords_tried{scenario:many_names}": [`count<=${MANY_NAMES * TRIES_BY_ADDRESS}`],
    people_signed_in: [`count>=${PEOPLE}`],
  },
};

/** Addresses of RFC 2544, which nobody has; others in each run, since limits outlast it. */
export function setup(): { net: string } {
  const octet = () => Math.floor(Math.random() * 256);
  return { net: `198.${18 + Math.floor(Math.random() * 2)}.${octet()}` };
}

function post(path: string, net: string, form: Record<string, string> | null, token?: string) {
  const headers: Record<string, string> = { "x-forwarded-for": `${net}.${exec.vu.idInTest}` };
  if (token) headers.authorization = `Bearer ${token}`;
  const answer = http.post(`${BASE}${path}`, form, { headers, responseType: "text", timeout: "60s" });
  answer_ms.add(answer.timings.duration);
  errors.add(answer.status === 0 || answer.status >= 500);
  return answer;
}

function attack(net: string, username: string): void {
  const answer = post("/auth/login", net, { username, password: "wrong" });
  (answer.status === 429 ? passwords_refused : passwords_tried).add(1);
  check(answer, { "a wrong password is refused, and told when to come again": isRefused });
  sleep(0.02);
}

function isRefused({ status, headers }: RefinedResponse<"text">): boolean {
  return status === 401 || (status === 429 && Number(headers["Retry-After"]) > 0);
}

export function attackOneName({ net }: { net: string }): void {
  attack(net, ADMIN.username);
}

export function attackManyNames({ net }: { net: string }): void {
  attack(net, `name${exec.vu.iterationInInstance}`);
}

export function signIn({ net }: { net: string }): void {
  const grant = post("/auth/login", net, ADMIN);
  const isGood = check(grant, { "the right password is let in": ({ status }) => status === 200 });
  if (isGood) {
    people_signed_in.add(1);
    const left = post("/auth/logout", net, null, grant.json("access_token") as string);
    check(left, { "its token holds": ({ status }) => status === 204 });
  }
  sleep(0.5);
}

export const handleSummary = summarize("login", {
  sends:
    `${ONE_NAME} attackers of one name with ${TRIES} tries each, ${MANY_NAMES} of ever other names, ${PEOPLE} people`,
  spans: {},
});
