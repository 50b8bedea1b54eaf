import { Button, Input, InputNumber, Select } from "antd";
import { X } from "lucide-react";
import type { SubmitEvent } from "react";
import { useId, useState } from "react";
import type { Prize } from "../../bindings/nouns";
import { Refused } from "../../forms/Refused";
import { useWords } from "../../i18n/words";
import { Icon } from "../../parts/Icon";
import { Section } from "../../parts/Section";
import { useAct, useRead } from "../../query/use";

interface PrizeRow extends Prize {
  key: number;
}

/** Gives a till its tickets. From then on their order stands. */
export function HandOutForm({ activity, onClose }: { activity: string; onClose: () => void }) {
  const t = useWords();
  const id = useId();
  const devices = useRead("device.list", null);
  const hand = useAct("draw.hand_out");
  const [till, setTill] = useState<string | null>(null);
  const [tickets, setTickets] = useState(100);
  const [prizes, setPrizes] = useState<readonly PrizeRow[]>([{ key: 0, name: "", count: 1 }]);
  const tills = devices.data?.devices.filter((one) => one.revoked_at === null && one.ending === null) ?? [];
  const chosen = till ?? tills.find((one) => one.this)?.id ?? null;
  const change = (key: number, patch: Partial<Prize>) =>
    setPrizes((now) => now.map((one) => (one.key === key ? { ...one, ...patch } : one)));
  const save = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const said = prizes.map(({ name, count }) => ({ name: name.trim(), count }));
    hand.mutate(
      { activity, tickets, prizes: said, ...(chosen === null ? {} : { till: chosen }) },
      { onSuccess: onClose },
    );
  };
  return (
    <Section title={t("club:activity.hand_out")}>
      <form className="clubfields" onSubmit={save}>
        <label className="clubfield" htmlFor={`${id}-till`}>
          <span className="t2">{t("club:activity.till")}</span>
          <Select
            id={`${id}-till`}
            // eslint-disable-next-line jsx-a11y/no-autofocus -- the button asked for it
            autoFocus
            value={chosen}
            options={tills.map((one) => ({ value: one.id, label: one.name }))}
            onChange={setTill}
          />
        </label>
        <label className="clubfield" htmlFor={`${id}-tickets`}>
          <span className="t2">{t("club:activity.tickets")}</span>
          <InputNumber
            id={`${id}-tickets`}
            min={1}
            max={100_000}
            precision={0}
            value={tickets}
            onChange={(typed) => typed !== null && setTickets(typed)}
          />
        </label>
        <div className="clubwide col g8">
          {prizes.map((prize, index) => (
            <div className="prizerow" key={prize.key}>
              <Input
                aria-label={t("club:activity.prize_nth", { nth: index + 1 })}
                placeholder={t("club:activity.prize")}
                maxLength={80}
                value={prize.name}
                onChange={({ target }) => change(prize.key, { name: target.value })}
              />
              <InputNumber
                aria-label={t("club:activity.count_nth", { nth: index + 1 })}
                min={1}
                max={tickets}
                precision={0}
                value={prize.count}
                onChange={(typed) => typed !== null && change(prize.key, { count: typed })}
              />
              <Button
                type="text"
                icon={<Icon of={X} />}
                aria-label={t("club:activity.prize_off", { nth: index + 1 })}
                disabled={prizes.length === 1}
                onClick={() => setPrizes((now) => now.filter((one) => one.key !== prize.key))}
              />
            </div>
          ))}
          <span>
            <Button
              disabled={prizes.length >= 50}
              onClick={() =>
                setPrizes((now) => [
                  ...now,
                  { key: Math.max(...now.map((one) => one.key)) + 1, name: "", count: 1 },
                ])
              }
            >
              {t("club:activity.prize_add")}
            </Button>
          </span>
        </div>
        <div className="clubwide col g8">
          <Refused failure={devices.error ?? hand.error} />
          <div className="row g8">
            <Button type="primary" htmlType="submit" disabled={hand.isPending}>
              {t("club:activity.hand_out")}
            </Button>
            <Button type="text" onClick={onClose}>
              {t("club:cancel")}
            </Button>
          </div>
        </div>
      </form>
    </Section>
  );
}
