import { Button, Input } from "antd";
import type { KeyboardEvent } from "react";
import { useState } from "react";
import { Refused } from "../../forms/Refused";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { Failed } from "../../parts/Failed";
import { Section } from "../../parts/Section";
import { useAct, useRead } from "../../query/use";

function WorkspaceName({ name }: { name: string }) {
  const t = useWords();
  const [typed, setTyped] = useState<string | null>(null);
  const rename = useAct("team.rename_workspace");
  const save = () => {
    const next = (typed ?? "").trim();
    if (next === "" || next === name) setTyped(null);
    else rename.mutate({ name: next }, { onSuccess: () => setTyped(null) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") save();
    if (event.key === "Escape") setTyped(null);
  };
  if (typed === null) {
    return (
      <div className="row g12">
        <b className="lg">{name}</b>
        <Button size="small" type="text" onClick={() => setTyped(name)}>
          {t("settings:team.rename")}
        </Button>
      </div>
    );
  }
  return (
    <div className="col g8 settingsbody">
      <div className="row g8">
        <Input
          // eslint-disable-next-line jsx-a11y/no-autofocus -- the button asked for it
          autoFocus
          value={typed}
          aria-label={t("settings:team.shop")}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <Button onClick={save}>{t("settings:save")}</Button>
        <Button type="text" onClick={() => setTyped(null)}>
          {t("settings:cancel")}
        </Button>
      </div>
      <Refused failure={rename.error} />
    </div>
  );
}

/** The shop and its stores. */
export function TeamPane() {
  const t = useWords();
  const { data: team, error, refetch } = useRead("team.show", null);
  if (error !== null) return <Failed failure={error} onRetry={() => void refetch()} />;
  if (team === undefined) return <Bars count={4} />;
  return (
    <>
      <Section title={t("settings:team.shop")}>
        <WorkspaceName name={team.workspace.name} />
      </Section>
      <Section title={t("settings:team.stores")} note={String(team.stores.length)}>
        <ul className="settingslist">
          {team.stores.map((store) => (
            <li key={store.id}>{store.name}</li>
          ))}
        </ul>
      </Section>
    </>
  );
}
