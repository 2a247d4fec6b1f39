/** What the audit log has records of. */

export const AUDIT_ACTIONS = [
  "login",
  "logout",
  "api_key.create",
  "api_key.delete",
  "stream.create",
  "stream.configure",
  "stream.delete",
  "snapshot.restore",
  "snapshot.merge",
  "backup",
  "restore",
] as const;

export type AuditAction = typeof AUDIT_ACTIONS[number];
