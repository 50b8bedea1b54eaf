import { useState } from "react";
import type { HistoryEntry, Team } from "../../bindings/app";
import { count, listed } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { phone } from "../../i18n/phone";
import { useLanguage } from "../../i18n/language";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { Facts } from "../../parts/Facts";
import { Failed } from "../../parts/Failed";
import { Section } from "../../parts/Section";
import { useRead } from "../../query/use";
import type { FieldId } from "./sections";
import { sections, typedDay } from "./sections";
import { channels, consentOf } from "./values";

const few = 6;
const known: readonly FieldId[] = sections.flatMap((section) => section.fields.map((field) => field.id));

function useValueWords(team: Team | undefined): (field: string, value: unknown) => string {
  const t = useWords();
  const language = useLanguage();
  const channel = (id: string) => {
    const one = channels.find((name) => name === id);
    return one === undefined ? id : t(`nouns:channel.${one}`);
  };
  return (field, value) => {
    if (value === null || value === undefined || value === "") return t("customer:history.nothing");
    if (field === "consent") return listed(Object.keys(consentOf(value)).map(channel), language);
    if (Array.isArray(value)) return listed(value.map(String), language);
    if (typeof value !== "string") return JSON.stringify(value);
    if (field === "store") return team?.stores.find((store) => store.id === value)?.name ?? value;
    if (field === "owner") return team?.people.find((person) => person.id === value)?.name ?? value;
    if (field === "preferred_channel") return channel(value);
    if (field === "phone" || field === "landline") return phone(value);
    return field === "birthday" ? typedDay(value) : value;
  };
}

function Line({ entry, team }: { entry: HistoryEntry; team: Team | undefined }) {
  const t = useWords();
  const format = useFormat();
  const words = useValueWords(team);
  const field = known.find((one) => one === entry.field);
  return (
    <li className="historyline">
      <div className="historychange">
        <span className="t3">{field === undefined ? entry.field : t(`nouns:customer.${field}`)}</span>
        <span>
          <s className="t3">{words(entry.field, entry.from)}</s>{" "}
          <span aria-label={t("customer:history.to")}>→</span> {words(entry.field, entry.to)}
        </span>
      </div>
      <div className="sm t3">
        <Facts items={[format.dayAndTime(new Date(entry.at)), entry.person, entry.device]} />
      </div>
    </li>
  );
}

/** Who changed which field, from what to what. */
export function HistoryPane({ id }: { id: string }) {
  const t = useWords();
  const [all, setAll] = useState(false);
  const { data, error, refetch } = useRead("customer.history", { id });
  const team = useRead("team.show", null).data;
  const entries = data ?? [];
  return (
    <Section title={t("customer:history.title")}>
      {error !== null && <Failed failure={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Bars />}
      {data?.length === 0 && <p className="t3">{t("customer:history.none")}</p>}
      <ul>
        {(all ? entries : entries.slice(0, few)).map((entry) => (
          <Line key={`${entry.at} ${entry.field}`} entry={entry} team={team} />
        ))}
      </ul>
      {entries.length > few && (
        <button type="button" className="bare acc more" aria-expanded={all} onClick={() => setAll(!all)}>
          {t(all ? "customer:fewer" : "customer:more", {
            figure: count(entries.length),
            count: entries.length,
          })}
        </button>
      )}
    </Section>
  );
}
