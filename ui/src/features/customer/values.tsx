import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { CustomerFile } from "../../bindings/app";
import { daysSince } from "../../i18n/dates";
import { listed } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { useNow } from "../../i18n/now";
import { memberNo } from "../../i18n/phone";
import { useWords } from "../../i18n/words";
import { useWorkspace } from "../../i18n/workspace";
import { Phone } from "../../parts/Phone";
import type { FieldPlan } from "./sections";
import { readDay } from "./sections";

export const channels = ["wechat", "phone", "sms", "email", "visit", "mail"] as const;
export const partyKinds = ["supplier", "distributor", "partner", "influencer"] as const;
export const genders = ["female", "male", "other"] as const;

/** Channels with the day the customer agreed; anything else in the field is left alone. */
export function consentOf(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, day]): [string, string][] =>
      typeof day === "string" ? [[key, day]] : [],
    ),
  );
}

export interface Shown {
  value: ReactNode;
  why?: ReactNode;
  tone?: "err";
}

/** Who brought them, and the way to that file. */
function Referrer({ id, name }: { id: string; name: string }) {
  return (
    <Link to="/customers/$id" params={{ id }}>
      {name}
    </Link>
  );
}

/** How each field of a file reads, or `null` where there is nothing to read. */
export function useShown(file: CustomerFile): (plan: FieldPlan) => Shown | null {
  const t = useWords();
  const format = useFormat();
  const language = useLanguage();
  const { customer } = file;
  const { zone } = useWorkspace();
  const now = useNow();
  const since = (start: string) => {
    const days = daysSince(start, { zone, now });
    return days < 365 ? format.relativeDay(start) : t("customer:years", { count: Math.floor(days / 365.25) });
  };
  const channel = (id: string) => {
    const known = channels.find((one) => one === id);
    return known === undefined ? id : t(`nouns:channel.${known}`);
  };
  const day = (value: string): Shown => {
    const read = readDay(value);
    if (read === null) return { value };
    if (customer.birthday_calendar === "lunar") {
      // Names of lunar months and days stand in one sentence each, in their order.
      const month = t("nouns:lunar_months").split(" ")[read.month - 1] ?? "";
      const date = t("nouns:lunar_days").split(" ")[read.day - 1] ?? "";
      return {
        value: t("customer:lunar", { month, day: date }),
        ...(read.year === null ? {} : { why: String(read.year) }),
      };
    }
    const monthDay = format.monthDay(read.month, read.day);
    return { value: monthDay, ...(read.year === null ? {} : { why: String(read.year) }) };
  };
  return ({ id, typed }) => {
    const value: unknown = customer[id];
    if (value === undefined || value === null || value === "") return null;
    if (typed === "consent") {
      const agreed = Object.entries(consentOf(value));
      if (agreed.length === 0) return null;
      const days = [...new Set(agreed.map(([, date]) => date))].sort();
      return {
        value: listed(
          agreed.map(([one]) => channel(one)),
          language,
        ),
        why: listed(days, language),
      };
    }
    if (Array.isArray(value)) {
      const list = value.map(String);
      if (list.length === 0) return null;
      if (id === "other_phones") {
        return {
          value: list.map((number) => (
            <div key={number}>
              <Phone number={number} />
            </div>
          )),
        };
      }
      const words = list.map((one) => {
        const known = partyKinds.find((kind) => kind === one);
        return known === undefined ? one : t(`nouns:party.${known}`);
      });
      return { value: listed(words, language) };
    }
    if (typeof value !== "string") return { value: JSON.stringify(value) };
    switch (id) {
      case "phone":
      case "landline":
        return { value: <Phone number={value} /> };
      case "member_no":
        return { value: memberNo(value) };
      case "preferred_channel":
        return { value: channel(value) };
      case "taboo":
        return { value, tone: "err" };
      case "birthday":
        return day(value);
      case "birthday_calendar":
        // Said with the birthday itself.
        return null;
      case "joined_on":
        return { value, why: since(value) };
      case "gender": {
        const known = genders.find((one) => one === value);
        return { value: known === undefined ? value : t(`nouns:gender.${known}`) };
      }
      case "kind":
        return { value: value === "company" ? t("nouns:company") : t("nouns:person") };
      case "store":
        return file.store_name === null ? null : { value: file.store_name };
      case "owner":
        return file.owner_name === null ? null : { value: file.owner_name };
      case "referred_by":
        return file.referrer_name === null
          ? null
          : { value: <Referrer id={value} name={file.referrer_name} /> };
      default:
        return { value };
    }
  };
}
