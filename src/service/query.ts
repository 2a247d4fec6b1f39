/** Parameters of a query: a name that is not known is refused, since a misspelt wish would be passed over in silence. */
import { parameterProblem } from "./problem.ts";

/** The query of a request whose parameters are among `known`, each at most once. Throws Problem invalid_parameter. */
export function queryOf(request: Request, known: readonly string[]): URLSearchParams {
  const query = new URL(request.url).searchParams;
  for (const name of query.keys()) {
    if (!known.includes(name)) throw parameterProblem(name, `unknown parameter; there are ${known.join(", ")}`);
    if (query.getAll(name).length > 1) throw parameterProblem(name, `${name} is given more than once`);
  }
  return query;
}
