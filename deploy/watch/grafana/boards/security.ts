/** Who signs in, who is refused, and who asks too much. */
import { type Board, by, graph, number, rate, warn } from "../panels.ts";

const requests = (...matchers: string[]) => `sum(${rate("ncs_http_requests_total", by(...matchers))})`;
/** None is 0, not nothing. */
const orNone = (expr: string) => `${expr} or vector(0)`;

export const SECURITY: Board = {
  uid: "ncs-security",
  title: "NCS security",
  description: "Sign-ins, refusals and limits",
  hasStreams: false,
  rows: [
    {
      title: "Now",
      panels: [
        number("Sign-ins that fail", "cpm", "A minute, over the last five; from 10 on an alert fires.", {
          failed: "job:ncs_sign_ins_failed:rate5m * 60",
        }, warn(2, 10)),
        number("Keys and tokens refused", "reqps", "Requests with what does not hold, or may not; sign-ins apart.", {
          refused: "job:ncs_requests_refused:rate5m",
        }, warn(0.1, 1)),
        number("Over the limit", "percentunit", "Share of the requests answered 429.", {
          limited: "job:ncs_http_rate_limited:ratio_rate5m",
        }, warn(0.01, 0.05)),
      ],
    },
    {
      title: "Sign-ins",
      panels: [
        graph("Sign-ins", "reqps", "At /auth/login. Many that fail and one that does not: that account may be taken.", {
          "{{result}}": `sum by (result) (${rate("ncs_sign_ins_total", by())})`,
        }),
        graph("Sessions", "reqps", "Refreshed and ended. A refresh refused may be a token used twice.", {
          refreshed: orNone(requests('route="/auth/refresh"', 'status="200"')),
          "refresh refused": orNone(requests('route="/auth/refresh"', 'status="401"')),
          ended: orNone(requests('route="/auth/logout"')),
        }),
        graph("API keys", "reqps", "Made and deleted; each should be known to somebody.", {
          made: orNone(requests('route="/auth/api-keys"', 'method="POST"', 'status="201"')),
          deleted: orNone(requests('route=~"/auth/api-keys/.+"', 'method="DELETE"', 'status="204"')),
        }),
      ],
    },
    {
      title: "Refusals",
      panels: [
        graph("Who is not known, or may not", "reqps", "By reason; sign-ins with them.", {
          "{{reason}}": `sum by (reason) (${rate("ncs_auth_failures_total", by())})`,
        }, { isStacked: true }),
        graph("Refused by route", "reqps", "401 and 403: what is looked for.", {
          "{{method}} {{route}}": `sum by (method, route) (
  ${rate("ncs_http_requests_total", by('status=~"401|403"'))})`,
        }),
        graph("Problems by code", "reqps", "The code of the problem document.", {
          "{{code}}": `sum by (code) (${rate("ncs_http_problems_total", by())})`,
        }),
        graph("Over the limit", "reqps", "Requests and sign-ins answered 429.", {
          "{{instance}}": rate("ncs_http_rate_limited_total", by()),
        }),
        graph("Paths that are not there", "reqps", "Requests that no route serves: somebody looks round.", {
          requests: orNone(requests('route="none"')),
        }),
        graph("States that leave and come", "reqps", "Snapshots read, restored and merged.", {
          read: orNone(requests('route=~".*/snapshot"', 'method="GET"')),
          "restored or merged": orNone(requests('route=~".*/(snapshot|merge)"', 'method="POST"')),
        }),
      ],
    },
  ],
};
