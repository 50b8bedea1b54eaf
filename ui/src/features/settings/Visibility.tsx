import { Button, Checkbox, Radio } from "antd";
import { useState } from "react";
import type { VisibilityChoice, VisibilityPreview } from "../../bindings/app";
import { Refused } from "../../forms/Refused";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Avatar } from "../../parts/Avatar";
import { Bars } from "../../parts/Bars";
import { Facts } from "../../parts/Facts";
import { Failed } from "../../parts/Failed";
import { Note } from "../../parts/Note";
import { Section } from "../../parts/Section";
import { useAct, useRead } from "../../query/use";

const choices = ["everyone", "store", "owner"] as const;

/** How many customers each person would see, before anything is saved. */
function Preview({ preview }: { preview: VisibilityPreview }) {
  const t = useWords();
  const people = (figure: number) =>
    t("settings:visibility.customers", { count: figure, figure: count(figure) });
  return (
    <>
      <Section
        title={t("settings:visibility.sees")}
        note={t("settings:visibility.of", { count: preview.all, figure: count(preview.all) })}
      >
        <ul className="settingslist">
          {preview.people.map(({ person, store, customers, whole }) => (
            <li key={person.id} className="row g12">
              <Avatar name={person.name} />
              <span>{person.name}</span>
              <span className="grow t3">
                <Facts items={[t(`nouns:role.${person.role}`), store]} />
              </span>
              <span className={whole ? "t2" : ""}>
                {whole ? t("settings:visibility.whole") : people(customers)}
              </span>
            </li>
          ))}
        </ul>
      </Section>
      <Section title={t("settings:visibility.has")}>
        <ul className="settingslist">
          {preview.stores.map(({ store, customers }) => (
            <li key={store.id} className="row g12">
              <span className="grow">{store.name}</span>
              <span>{people(customers)}</span>
            </li>
          ))}
          {preview.without_store > 0 && (
            <li className="row g12">
              <span className="grow t2">{t("settings:visibility.without_store")}</span>
              <span>{people(preview.without_store)}</span>
            </li>
          )}
          {preview.without_owner > 0 && (
            <li className="row g12">
              <span className="grow t2">{t("settings:visibility.without_owner")}</span>
              <span>{people(preview.without_owner)}</span>
            </li>
          )}
        </ul>
      </Section>
    </>
  );
}

function Choosing({ now }: { now: VisibilityChoice }) {
  const t = useWords();
  const [chosen, setChosen] = useState(now);
  const preview = useRead("visibility.preview", chosen);
  const save = useAct("visibility.set");
  const differs = chosen.visibility !== now.visibility || chosen.share_ownerless !== now.share_ownerless;
  return (
    <>
      <Section title={t("settings:visibility.title")} note={t("settings:visibility.note")}>
        <div className="col g12 settingsbody">
          <Radio.Group
            className="col g8"
            data-testid="settings-visibility"
            value={chosen.visibility}
            onChange={({ target }: { target: { value?: unknown } }) => {
              const next = choices.find((one) => one === target.value);
              if (next !== undefined) setChosen({ ...chosen, visibility: next });
            }}
            options={choices.map((one) => ({
              value: one,
              label: (
                <span>
                  {t(`settings:visibility.choice.${one}`)}
                  <span className="sm t3 settingsunder">{t(`settings:visibility.why.${one}`)}</span>
                </span>
              ),
            }))}
          />
          {chosen.visibility === "owner" && (
            <Checkbox
              checked={chosen.share_ownerless}
              onChange={({ target }) => setChosen({ ...chosen, share_ownerless: target.checked })}
            >
              {t("settings:visibility.ownerless")}
            </Checkbox>
          )}
          {differs && (
            <Note kind="warning" title={t("settings:visibility.leaves")}>
              {t("settings:visibility.leaves_why")}
            </Note>
          )}
          <Refused failure={save.error} />
          <div className="row g8">
            <Button type="primary" disabled={!differs || save.isPending} onClick={() => save.mutate(chosen)}>
              {t("settings:save")}
            </Button>
            {differs && (
              <Button type="text" onClick={() => setChosen(now)}>
                {t("settings:cancel")}
              </Button>
            )}
          </div>
        </div>
      </Section>
      {preview.error !== null ? (
        <Failed failure={preview.error} onRetry={() => void preview.refetch()} />
      ) : preview.data === undefined ? (
        <Bars count={3} />
      ) : (
        <Preview preview={preview.data} />
      )}
    </>
  );
}

/** Who sees which customers: the owner's choice, with what it means for each person. */
export function Visibility() {
  const { data: now, error, refetch } = useRead("visibility.show", null);
  if (error !== null) return <Failed failure={error} onRetry={() => void refetch()} />;
  if (now === undefined) return <Bars count={4} />;
  return <Choosing key={`${now.visibility} ${now.share_ownerless}`} now={now} />;
}
