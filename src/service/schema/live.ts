/** The socket: its query. Its messages are told in the route's description, since OpenAPI has no words for them. */
import { z } from "zod";
import { field, integerText } from "./field.ts";
import { StreamPath } from "./streams.ts";

export const SocketQuery = z.object({
  token: field(z.string().optional(), "Access token, for clients that can set no heads", "eyJhbGciOi..."),
  api_key: field(z.string().optional(), "API key, for clients that can set no heads", "YOUR_API_KEY"),
  stream: field(StreamPath.shape.name.optional(), "Name of the stream; default: default", "sensors"),
  dims: integerText(1, 1000, "Dimensions of the points; needed with the first octets of a stream", 3),
});
