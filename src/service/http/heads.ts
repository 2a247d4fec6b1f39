/** Heads that keep browsers from doing what an API does not ask for. They go with every answer. */

/** Of answers that are no pages; a page says its own content-security-policy. */
const SECURITY_HEADS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-frame-options": "DENY",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
};

/** A browser that was told so once speaks TLS alone for a year: never said where TLS is not certain. */
const TRANSPORT_HEADS = { "strict-transport-security": "max-age=31536000; includeSubDomains" };

export function securityHeads(isBehindTls: boolean): Record<string, string> {
  return isBehindTls ? { ...SECURITY_HEADS, ...TRANSPORT_HEADS } : SECURITY_HEADS;
}
