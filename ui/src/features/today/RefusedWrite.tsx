import { Button } from "antd";
import { Copy } from "lucide-react";
import { useState } from "react";
import type { RefusedWrite as Refusal, TaskRow } from "../../bindings/app";
import { Failure } from "../../host/failure";
import { useFailureWords } from "../../i18n/failure";
import { i18next } from "../../i18n/i18n";
import { listed } from "../../i18n/figures";
import { useLanguage } from "../../i18n/language";
import { useWords } from "../../i18n/words";
import { Icon } from "../../parts/Icon";
import { Kv } from "../../parts/Kv";
import { useRead } from "../../query/use";

const roles = ["owner", "manager", "counter", "rep", "service", "it", "read_only"] as const;

/** The name of a field, where this version knows it. */
function fieldName(collection: string, field: string): string {
  const key = `nouns:${collection}.${field}`;
  return i18next.exists(key) ? i18next.t(key) : field;
}

function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** By what right it was refused: the role, and the field it has no right to. */
function Right({ refused }: { refused: Refusal }) {
  const t = useWords();
  const role = roles.find((one) => one === refused.params["role"]);
  const field = refused.params["field"];
  if (role === undefined) return null;
  return (
    <p className="t2">
      {typeof field === "string"
        ? t("today:refused.field", {
            role: t(`nouns:role.${role}`),
            field: fieldName(refused.collection, field),
          })
        : t("today:refused.role", { role: t(`nouns:role.${role}`) })}
    </p>
  );
}

/** What the server turned down: why, whom to ask, and the values, so that nothing typed is lost. */
export function RefusedWrite({ task, refused }: { task: TaskRow; refused: Refusal }) {
  const t = useWords();
  const language = useLanguage();
  const why = useFailureWords(new Failure(refused.code, refused.params));
  const people = useRead("team.show", null).data?.people ?? [];
  const owners = people.filter((person) => person.role === "owner").map((person) => person.name);
  const [copied, setCopied] = useState(false);
  const wanted = Object.entries(refused.values).map(([field, value]) => ({
    label: fieldName(refused.collection, field),
    value: written(value),
  }));
  const copy = () => {
    const text = wanted.map((row) => `${row.label}: ${row.value}`).join("\n");
    void navigator.clipboard.writeText(`${task.title}\n${text}`).then(() => setCopied(true));
  };
  return (
    <div className="refusedwrite" data-testid="refused">
      <p>{why}</p>
      <Right refused={refused} />
      {owners.length > 0 && (
        <p className="t2">{t("today:refused.ask", { names: listed(owners, language) })}</p>
      )}
      {wanted.length > 0 && (
        <>
          <p className="t3 sm">{t("today:refused.values")}</p>
          <Kv rows={wanted} />
          <div>
            <Button size="small" icon={<Icon of={Copy} size={14} />} onClick={copy}>
              {t(copied ? "today:refused.copied" : "today:refused.copy")}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
