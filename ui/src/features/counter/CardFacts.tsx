import type { LucideIcon } from "lucide-react";
import { Building2, Cake, Heart, MessageCircle, NotebookPen, Users } from "lucide-react";
import type { ReactNode } from "react";
import type { Customer } from "../../bindings/nouns";
import { useFormat } from "../../i18n/format";
import { useNow } from "../../i18n/now";
import type { Words } from "../../i18n/words";
import { useWords } from "../../i18n/words";
import { useWorkspace } from "../../i18n/workspace";
import { Facts } from "../../parts/Facts";
import { Icon } from "../../parts/Icon";
import { nextBirthday } from "./birthdays";

const channels = ["wechat", "phone", "sms", "email", "visit", "mail"] as const;

function channelWord(channel: string | undefined, t: Words): string | null {
  const known = channels.find((one) => one === channel);
  return known === undefined ? (channel ?? null) : t(`nouns:channel.${known}`);
}

function BirthdayWords({ customer }: { customer: Customer }) {
  const t = useWords();
  const format = useFormat();
  const { zone } = useWorkspace();
  const now = useNow();
  const next = nextBirthday(customer.birthday ?? "", customer.birthday_calendar === "lunar", { zone, now });
  if (next === null) return customer.birthday;
  const day = format.monthDay(next.month, next.day);
  if (next.days === null) return t("counter:card.lunar", { day });
  if (next.days > 30) return day;
  const left = next.days === 0 ? t("common:date.today") : t("common:date.days_ahead", { count: next.days });
  return <Facts items={[day, <b key="left">{left}</b>]} />;
}

function Fact({ icon, name, children }: { icon: LucideIcon; name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="t3 nw">
        <Icon of={icon} />
        <span>{name}</span>
      </dt>
      <dd className="two-lines">{children}</dd>
    </div>
  );
}

/** What one should know before speaking: birthday, channel, habits, family. Only what is known has a line. */
export function CardFacts({ customer }: { customer: Customer }) {
  const t = useWords();
  const channel = channelWord(customer.preferred_channel, t);
  const tone = customer.tone;
  const habits = [customer.habits, customer.buying_habits].filter((one) => one !== undefined && one !== "");
  const rows = [
    customer.birthday !== undefined && (
      <Fact key="birthday" icon={Cake} name={t("nouns:customer.birthday")}>
        <BirthdayWords customer={customer} />
      </Fact>
    ),
    (channel !== null || tone !== undefined) && (
      <Fact key="channel" icon={MessageCircle} name={t("counter:card.channel")}>
        <Facts items={[channel, tone]} />
      </Fact>
    ),
    habits.length > 0 && (
      <Fact key="habits" icon={Heart} name={t("counter:card.habits")}>
        <Facts items={habits} />
      </Fact>
    ),
    customer.family !== undefined && (
      <Fact key="family" icon={Users} name={t("counter:card.family")}>
        {customer.family}
      </Fact>
    ),
    customer.company !== undefined && (
      <Fact key="company" icon={Building2} name={t("nouns:customer.company")}>
        {customer.company}
      </Fact>
    ),
    customer.remarks !== undefined && (
      <Fact key="remarks" icon={NotebookPen} name={t("nouns:customer.remarks")}>
        {customer.remarks}
      </Fact>
    ),
  ].filter((row) => row !== false);
  return rows.length === 0 ? null : <dl className="cardfacts">{rows}</dl>;
}
