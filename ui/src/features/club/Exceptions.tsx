import { Button } from "antd";
import { useNavigate } from "@tanstack/react-router";
import type { ClubException, GivenOut } from "../../bindings/app";
import { Refused } from "../../forms/Refused";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Facts } from "../../parts/Facts";
import { Section } from "../../parts/Section";
import { useAct } from "../../query/use";

function Given({ given }: { given: GivenOut }) {
  const t = useWords();
  const format = useFormat();
  const undo = useAct("reward.undo");
  return (
    <li className="row g12 wrap">
      <span className="t3 nw">{format.dayAndTime(new Date(given.at))}</span>
      <span className="grow">
        <Facts
          items={[
            given.reward,
            given.points > 0
              ? t("counter:redeem.points", { figure: count(given.points), count: given.points })
              : null,
            given.coins > 0
              ? t("counter:redeem.coins", { figure: count(given.coins), count: given.coins })
              : null,
            given.person,
          ]}
        />
      </span>
      <button
        type="button"
        className="bare acc"
        disabled={undo.isPending}
        onClick={() => undo.mutate({ redemption: given.redemption })}
      >
        {t("club:exceptions.undo")}
      </button>
      <Refused failure={undo.error} />
    </li>
  );
}

function Row({ row }: { row: ClubException }) {
  const t = useWords();
  const format = useFormat();
  const navigate = useNavigate();
  return (
    <article className="exception" data-testid="exception">
      <div className="row g12 wrap">
        <b className="grow">{row.name}</b>
        <span className="nw">
          <Facts
            items={[
              row.points < 0
                ? t("club:exceptions.points", { figure: count(-row.points), count: -row.points })
                : null,
              row.coins < 0
                ? t("club:exceptions.coins", { figure: count(-row.coins), count: -row.coins })
                : null,
              row.effect > 0
                ? t("club:exceptions.effect", { sum: format.price(row.effect, { headline: true }) })
                : null,
            ]}
          />
        </span>
        <Button
          size="small"
          onClick={() => void navigate({ to: "/customers/$id", params: { id: row.customer } })}
        >
          {t("club:exceptions.open")}
        </Button>
      </div>
      <ul>
        {row.redemptions.map((given) => (
          <Given key={given.redemption} given={given} />
        ))}
      </ul>
      {row.redemptions.length === 0 && <p className="sm t3">{t("club:exceptions.refund")}</p>}
    </article>
  );
}

/** Balances below zero: what two tills gave apart, both kept. Somebody decides. */
export function Exceptions({ rows }: { rows: readonly ClubException[] }) {
  const t = useWords();
  return (
    <Section title={t("club:exceptions.title")} note={t("club:exceptions.note")}>
      {rows.map((row) => (
        <Row key={row.customer} row={row} />
      ))}
    </Section>
  );
}
