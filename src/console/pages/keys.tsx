/** API keys: who else may come in, and how far. */
import type { ApiKey, ApiKeyMade, NewApiKey } from "neurocluster";
import { useState } from "preact/hooks";
import { useList } from "../list.ts";
import { Confirm, focusMain } from "../parts/confirm.tsx";
import { NewKeyPanel } from "../parts/new_key.tsx";
import { Failure } from "../parts/notice.tsx";
import type { Session } from "../session.ts";
import { useTask } from "../task.ts";
import { day } from "../words.ts";

export function KeysPage({ session: { client } }: { session: Session }) {
  const list = useList(() => client.apiKeys.list()), task = useTask();
  const [made, setMade] = useState<ApiKeyMade>(), [leaving, setLeaving] = useState<ApiKey>();
  const make = (key: NewApiKey) =>
    task.run(async () => {
      setMade(await client.apiKeys.create(key));
      await list.reload();
    });
  const remove = ({ id, name }: ApiKey) =>
    task.run(async () => {
      setLeaving(undefined);
      await client.apiKeys.delete(id);
      if (made?.id === id) setMade(undefined);
      await list.reload();
      focusMain();
      return `Key ${name} deleted.`;
    });
  return (
    <>
      <h1>API keys</h1>
      <Failure error={list.error}>
        <button type="button" onClick={list.reload}>Try again</button>
      </Failure>
      {made && <Secret made={made} />}
      <div class="pair wide">
        <section class="panel" aria-labelledby="keys-title">
          <h2 id="keys-title">All keys</h2>
          <KeyList items={list.items} hasFailed={list.error !== undefined} onDelete={setLeaving} />
        </section>
        <NewKeyPanel task={task} onMake={make} />
      </div>
      {leaving && (
        <Confirm
          title={`Delete the key ${leaving.name}?`}
          verb="Delete key"
          onCancel={() => setLeaving(undefined)}
          onConfirm={() => remove(leaving)}
        >
          <p>Whoever uses it is refused from now on.</p>
        </Confirm>
      )}
    </>
  );
}

/** The server keeps no more than a hash of it. Without TLS there is no clipboard, and so no button. */
function Secret({ made: { name, api_key } }: { made: ApiKeyMade }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () => navigator.clipboard.writeText(api_key).then(() => setCopied(true), () => {});
  return (
    <section class="panel secret" role="status">
      <h2>Key {name}</h2>
      <p>Copy it now: it is not shown again.</p>
      <code>{api_key}</code>
      {isSecureContext && <button type="button" onClick={copy}>{isCopied ? "Copied" : "Copy"}</button>}
    </section>
  );
}

interface KeyListProps {
  items: ApiKey[] | undefined;
  hasFailed: boolean;
  onDelete(key: ApiKey): void;
}

function KeyList({ items, hasFailed, onDelete }: KeyListProps) {
  if (!items) return <p class="empty">{hasFailed ? "The list cannot be shown." : "Loading…"}</p>;
  if (items.length === 0) return <p class="empty">No keys yet.</p>;
  return (
    <ul class="rows">
      {items.map((key) => (
        <li key={key.id}>
          <strong>{key.name}</strong>
          <span class="faint">
            <code>{key.prefix}…</code> {key.scopes.join(", ")} · {key.streams ? key.streams.join(", ") : "all streams"}
            {" "}
            · {key.expires_at ? `until ${day(key.expires_at)}` : "no expiry"} ·{" "}
            {key.last_used ? `last used ${day(key.last_used)}` : "never used"}
          </span>
          <button type="button" class="quiet" aria-label={`Delete key ${key.name}`} onClick={() => onDelete(key)}>
            Delete
          </button>
        </li>
      ))}
    </ul>
  );
}
