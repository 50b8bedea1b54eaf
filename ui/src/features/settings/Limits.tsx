import { Button, InputNumber } from "antd";
import { useState } from "react";
import type { Matter, Role } from "../../bindings/nouns";
import { Refused } from "../../forms/Refused";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { EmptyState } from "../../parts/EmptyState";
import { Failed } from "../../parts/Failed";
import { Section } from "../../parts/Section";
import { offerUndo } from "../../parts/UndoToast";
import { useAct, useRead } from "../../query/use";
import type { Failure } from "../../host/failure";

type Caps = Record<string, number>;

const roles = ["manager", "counter", "rep", "service"] as const satisfies readonly Role[];
const matters = ["discount", "goodwill", "redemption", "refund"] as const satisfies readonly Matter[];
/** Kept in hundredths, shown as sums of money; the others are points. */
const isMoney = (matter: Matter) => matter === "discount" || matter === "refund";

function same(one: Caps, other: Caps): boolean {
  return matters.every((matter) => one[matter] === other[matter]);
}

/** What is set where nothing stands: the matter is free. */
function without(caps: Caps, matter: Matter): Caps {
  return Object.fromEntries(Object.entries(caps).filter(([name]) => name !== matter));
}

interface LineProps {
  name: string;
  caps: Caps;
  mine: boolean;
  busy: boolean;
  failure: Failure | null;
  onSave: (caps: Caps, before: Caps, onSaved: () => void) => void;
}

function Line({ name, caps, mine, busy, failure, onSave }: LineProps) {
  const t = useWords();
  const format = useFormat();
  // What was typed and is not kept yet; else what is kept shows, also as it comes from elsewhere.
  const [draft, setDraft] = useState<Caps | null>(null);
  const written = draft ?? caps;
  const put = (matter: Matter, typed: number | null) =>
    setDraft(
      typed === null
        ? without(written, matter)
        : { ...written, [matter]: isMoney(matter) ? Math.round(typed * 100) : typed },
    );
  const idle = busy || same(written, caps);
  const said = (matter: Matter) => {
    const most = caps[matter];
    if (most === undefined) return <span className="t3">{t("settings:limits.free")}</span>;
    return isMoney(matter) ? format.price(most) : count(most);
  };
  const typed = (matter: Matter) => {
    const most = written[matter];
    return most === undefined ? null : isMoney(matter) ? most / 100 : most;
  };
  return (
    <tr>
      <th scope="row">
        {name}
        <Refused failure={failure} />
      </th>
      {matters.map((matter) => (
        <td key={matter}>
          {mine ? (
            <InputNumber
              size="small"
              aria-label={t("settings:limits.cell", { name, matter: t(`settings:limits.${matter}`) })}
              min={0}
              precision={isMoney(matter) ? 2 : 0}
              placeholder={t("settings:limits.free")}
              value={typed(matter)}
              onChange={(next) => put(matter, next)}
            />
          ) : (
            said(matter)
          )}
        </td>
      ))}
      {mine && (
        <td className="end">
          <Button
            size="small"
            aria-label={t("settings:limits.save", { name })}
            type={idle ? "text" : "default"}
            aria-disabled={idle}
            onClick={() => {
              // A button that is switched off would lose the focus.
              if (!idle) onSave(written, caps, () => setDraft(null));
            }}
          >
            {t("settings:save")}
          </Button>
        </td>
      )}
    </tr>
  );
}

function RoleLine({ role, caps, mine }: { role: Role; caps: Caps; mine: boolean }) {
  const t = useWords();
  const set = useAct("limits.set");
  const name = t(`nouns:role.${role}`);
  const save = (next: Caps, before: Caps, onSaved: () => void) => {
    const undo = () => set.mutate({ role, caps: before });
    const onSuccess = () => {
      onSaved();
      offerUndo(t("settings:limits.saved", { name }), undo);
    };
    set.mutate({ role, caps: next }, { onSuccess });
  };
  return <Line {...{ name, caps, mine }} busy={set.isPending} failure={set.error} onSave={save} />;
}

function TillLine({ till, name, caps, mine }: { till: string; name: string; caps: Caps; mine: boolean }) {
  const t = useWords();
  const set = useAct("limits.set_till");
  const save = (next: Caps, before: Caps, onSaved: () => void) => {
    const undo = () => set.mutate({ till, caps: before });
    const onSuccess = () => {
      onSaved();
      offerUndo(t("settings:limits.saved", { name }), undo);
    };
    set.mutate({ till, caps: next }, { onSuccess });
  };
  return <Line {...{ name, caps, mine }} busy={set.isPending} failure={set.error} onSave={save} />;
}

function Head({ first, mine }: { first: string; mine: boolean }) {
  const t = useWords();
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        {matters.map((matter) => (
          <th key={matter} scope="col">
            {t(`settings:limits.${matter}`)}
          </th>
        ))}
        {mine && <td />}
      </tr>
    </thead>
  );
}

/** How far each role and each till may go without asking. */
export function Limits() {
  const t = useWords();
  const { data, error, refetch } = useRead("limits.show", null);
  if (error !== null) return <Failed failure={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Bars count={6} />;
  return (
    <>
      <Section title={t("settings:limits.title")} note={t("settings:limits.note")}>
        <p className="t2">{t("settings:limits.beyond")}</p>
        {!data.mine && <p className="sm t3">{t("settings:limits.not_mine")}</p>}
        <div className="rightstable">
          <table className="plaintable">
            <Head first={t("settings:limits.role")} mine={data.mine} />
            <tbody>
              {roles.map((role) => (
                <RoleLine key={role} role={role} caps={data.roles[role] ?? {}} mine={data.mine} />
              ))}
            </tbody>
          </table>
        </div>
      </Section>
      <Section title={t("settings:limits.tills")} note={t("settings:limits.tills_note")}>
        {data.tills.length === 0 ? (
          <EmptyState>{t("settings:limits.no_tills")}</EmptyState>
        ) : (
          <div className="rightstable">
            <table className="plaintable">
              <Head first={t("settings:limits.till")} mine={data.tills_mine} />
              <tbody>
                {data.tills.map(({ id, name, caps }) => (
                  <TillLine
                    key={id}
                    till={id}
                    name={name ?? t("settings:limits.unnamed")}
                    caps={caps}
                    mine={data.tills_mine}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Section>
    </>
  );
}
