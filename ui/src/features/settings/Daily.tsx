import { Button, Switch } from "antd";
import { Check } from "lucide-react";
import type { BackupKept, BackupState } from "../../bindings/app";
import { Refused } from "../../forms/Refused";
import { Failure } from "../../host/failure";
import { openFolder } from "../../host/window";
import { useFailureWords } from "../../i18n/failure";
import { count, decimal } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { Note } from "../../parts/Note";
import { Section } from "../../parts/Section";
import { useAct, useRead } from "../../query/use";
import { Copying } from "./Copying";

function Unmade({ failed }: { failed: NonNullable<BackupState["failed"]> }) {
  const t = useWords();
  const format = useFormat();
  const why = useFailureWords(new Failure(failed.code, failed.params));
  return (
    <Note kind="warning" title={t("settings:daily.failed", { at: format.dayAndTime(new Date(failed.at)) })}>
      {why}
    </Note>
  );
}

function Line({ kept, onRestore }: { kept: BackupKept; onRestore: (path: string) => void }) {
  const t = useWords();
  const format = useFormat();
  return (
    <li className="row g12" data-testid="backup-kept">
      <span className="grow">
        {format.dayAndTime(new Date(kept.made_at))}
        {!kept.here && <span className="t3"> {t("settings:daily.elsewhere")}</span>}
      </span>
      <span className="fig t2">{t("settings:daily.size", { size: decimal(kept.bytes / 1_048_576, 1) })}</span>
      <Button size="small" type="text" onClick={() => onRestore(kept.path)}>
        {t("settings:daily.restore")}
      </Button>
    </li>
  );
}

/** Backups that nobody has to think of: a switch, a folder, what there is, and the way back to each. */
export function Daily({ onRestore }: { onRestore: (path: string) => void }) {
  const t = useWords();
  const format = useFormat();
  const { data, error, refetch } = useRead("backup.show", null);
  const plan = useAct("backup.plan");
  const keep = useAct("backup.keep");
  if (error !== null) return <Failed failure={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Bars count={4} />;
  const folder = data.beside ? {} : { folder: data.folder };
  const choose = async () => {
    const chosen = await openFolder();
    if (chosen !== null) plan.mutate({ daily: data.daily, folder: chosen });
  };
  return (
    <Section title={t("settings:daily.title")} note={t("settings:daily.note")}>
      <div className="col g12 settingsbody">
        <label className="row g8">
          <Switch
            checked={data.daily}
            disabled={!data.mine || plan.isPending}
            onChange={(daily) => plan.mutate({ daily, ...folder })}
          />
          {t("settings:daily.every_day")}
        </label>
        <div className="row g8">
          <span className="t2 grow wraps">{data.folder}</span>
          <Button size="small" disabled={!data.mine || plan.isPending} onClick={() => void choose()}>
            {t("settings:daily.choose")}
          </Button>
          {!data.beside && (
            <Button
              size="small"
              type="text"
              disabled={!data.mine || plan.isPending}
              onClick={() => plan.mutate({ daily: data.daily })}
            >
              {t("settings:daily.back")}
            </Button>
          )}
        </div>
        {data.beside && <p className="sm t3">{t("settings:daily.beside")}</p>}
        <Refused failure={plan.error} />
        {data.failed !== null && <Unmade failed={data.failed} />}
        {data.made_at !== null && (
          <p className="ok row g8">
            <Icon of={Check} />
            {t("settings:daily.made", { at: format.dayAndTime(new Date(data.made_at)) })}
          </p>
        )}
        <div>
          <Button disabled={keep.isPending} onClick={() => keep.mutate(null)}>
            {t(keep.isPending ? "settings:backup.making" : "settings:backup.make")}
          </Button>
        </div>
        <Copying running={keep.isPending} />
        <Refused failure={keep.error} />
        {data.kept.length === 0 ? (
          <p className="t3">{t("settings:daily.none")}</p>
        ) : (
          <>
            <p className="sm t3">
              {t("settings:daily.kept", { figure: count(data.kept.length), count: data.kept.length })}
            </p>
            <ul className="settingslist">
              {data.kept.map((kept) => (
                <Line key={kept.path} kept={kept} onRestore={onRestore} />
              ))}
            </ul>
          </>
        )}
      </div>
    </Section>
  );
}
