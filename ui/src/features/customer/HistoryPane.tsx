import { Button } from "antd";
import { Download } from "lucide-react";
import { useState } from "react";
import type { HistoryEntry, Team } from "../../bindings/app";
import { call } from "../../host/call";
import { savePath } from "../../host/window";
import { fieldWord } from "../../i18n/fields";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useValueWords } from "../../i18n/values";
import { useWords } from "../../i18n/words";
import { Refused } from "../../forms/Refused";
import { Bars } from "../../parts/Bars";
import { Facts } from "../../parts/Facts";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { Section } from "../../parts/Section";
import { offerUndo } from "../../parts/UndoToast";
import { useAct, useRead } from "../../query/use";

const few = 6;
const most = 1_000;

/** What a store's or colleague's id is called. */
function labelOf(team: Team | undefined, field: string, value: unknown): string | null {
  if (field === "store") return team?.stores.find((store) => store.id === value)?.name ?? null;
  if (field === "owner") return team?.people.find((person) => person.id === value)?.name ?? null;
  return null;
}

interface LineProps {
  entry: HistoryEntry;
  team: Team | undefined;
  onBack: (entry: HistoryEntry) => void;
}

function Change({ entry, team, onBack }: LineProps) {
  const t = useWords();
  const words = useValueWords();
  const { field, from, to } = entry;
  if (field === "" || field === "deleted") {
    const key = field === "" ? "made" : to === true ? "deleted" : "restored";
    return <span className="whole">{t(`customer:history.${key}`)}</span>;
  }
  const said = (value: unknown) =>
    words(field, value, labelOf(team, field, value)) ?? t("customer:history.nothing");
  const same = JSON.stringify(from) === JSON.stringify(to);
  return (
    <>
      <span className="t3">{fieldWord(field, t)}</span>
      {same ? (
        <span>{t("customer:history.kept", { value: said(to) })}</span>
      ) : (
        <span>
          <s className="t3">{said(from)}</s> <span aria-label={t("customer:history.to")}>→</span> {said(to)}{" "}
          <button
            type="button"
            className="bare acc sm back"
            aria-label={t("customer:history.back_to", { field: fieldWord(field, t), value: said(from) })}
            onClick={() => onBack(entry)}
          >
            {t("customer:history.back")}
          </button>
        </span>
      )}
    </>
  );
}

function Line(props: LineProps) {
  const format = useFormat();
  const { entry } = props;
  return (
    <li className="historyline">
      <div className="historychange">
        <Change {...props} />
      </div>
      <div className="sm t3">
        <Facts items={[format.dayAndTime(new Date(entry.at)), entry.person, entry.device]} />
      </div>
    </li>
  );
}

/** Writes what is known of one file's changes to a file of the person's own. */
function Exporting({ id, name }: { id: string; name: string }) {
  const t = useWords();
  const start = useAct("export.start");
  const choose = async () => {
    const path = await savePath(`${t("customer:history.file", { name })}.csv`, [
      { name: "CSV", extensions: ["csv"] },
      { name: "Excel", extensions: ["xlsx"] },
      { name: "JSON", extensions: ["json"] },
    ]);
    if (path !== null) start.mutate({ path, kind: "history", record: id });
  };
  return (
    <>
      {start.isSuccess && (
        <span className="sm t2" role="status">
          {t("customer:history.exported", { figure: count(start.data.rows), count: start.data.rows })}
        </span>
      )}
      <Refused failure={start.error} />
      <Button
        type="text"
        size="small"
        icon={<Icon of={Download} size={14} />}
        disabled={start.isPending}
        onClick={() => void choose()}
      >
        {t("customer:history.export")}
      </Button>
    </>
  );
}

/** Who changed which field, from what to what, when and where: this device's part at once, the others' when they come. */
export function HistoryPane({ id, name }: { id: string; name: string }) {
  const t = useWords();
  const [all, setAll] = useState(false);
  const { data, error, refetch } = useRead("history.show", { id, limit: most });
  // Asked beside: the list does not wait for it, and grows when the answer is here.
  const others = useRead(
    "history.pull",
    { id },
    { enabled: data?.shared === true, retry: false, staleTime: 30_000 },
  );
  const older = useAct("history.pull");
  const edit = useAct("customer.edit");
  const team = useRead("team.show", null).data;
  const entries = data?.entries ?? [];
  const before = older.data === undefined ? others.data?.next : older.data.next;
  const back = ({ field, from }: HistoryEntry) => {
    const standing = entries.find((entry) => entry.field === field)?.to ?? null;
    edit.mutate(
      { id, fields: { [field]: from } },
      {
        onSuccess: () =>
          offerUndo(t("customer:history.put_back", { field: fieldWord(field, t) }), () => {
            void call("customer.edit", { id, fields: { [field]: standing } });
          }),
      },
    );
  };
  return (
    <Section
      title={t("customer:history.title")}
      note={
        data?.days == null
          ? undefined
          : t("customer:history.days", { figure: count(data.days), count: data.days })
      }
      extra={entries.length > 0 && <Exporting id={id} name={name} />}
    >
      {error !== null && <Failed failure={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Bars />}
      {data?.entries.length === 0 && <p className="t3">{t("customer:history.none")}</p>}
      <Refused failure={edit.error} />
      <ul>
        {(all ? entries : entries.slice(0, few)).map((entry, place) => (
          <Line key={`${entry.at} ${entry.field} ${place}`} entry={entry} team={team} onBack={back} />
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
      {all && before != null && (
        <button
          type="button"
          className="bare acc more"
          disabled={older.isPending}
          onClick={() => older.mutate({ id, before })}
        >
          {t("customer:history.older")}
        </button>
      )}
      {others.error !== null && (
        <p className="sm t3" data-testid="history-here">
          {t("customer:history.only_here")}
        </p>
      )}
    </Section>
  );
}
