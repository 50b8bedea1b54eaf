import type { Condition } from "../../bindings/app";
import { count, listed, money } from "../../i18n/figures";
import { useLanguage } from "../../i18n/language";
import { useWords } from "../../i18n/words";
import { useTierName } from "../../parts/CustomerTier";
import { useRead } from "../../query/use";
import { fieldOf } from "./conditions";
import type { Asked, FieldId } from "./conditions";

const channels = ["wechat", "phone", "sms", "email", "visit", "mail"] as const;

export interface Choice {
  value: string;
  label: string;
}

/** What can be chosen for a field that is not free text. */
export function useChoices(asked: Asked): readonly Choice[] {
  const t = useWords();
  const tier = useTierName();
  const tags = useRead("tag.list", null, { enabled: asked === "tag" }).data ?? [];
  const team = useRead("team.show", null, { enabled: asked === "store" || asked === "person" }).data;
  switch (asked) {
    case "tier":
      return ["plain", "silver", "gold", "platinum"].map((value) => ({ value, label: tier(value) }));
    case "tag":
      return tags.map(({ name }) => ({ value: name, label: name }));
    case "channel":
      return channels.map((value) => ({ value, label: t(`nouns:channel.${value}`) }));
    case "store":
      return (team?.stores ?? []).map(({ id, name }) => ({ value: id, label: name }));
    case "person":
      return (team?.people ?? []).map(({ id, name }) => ({ value: id, label: name }));
    default:
      return [];
  }
}

export interface Phrase {
  field: string;
  /** Empty where field and value read well without one. */
  is: string;
  value: string;
}

export function useFieldName(): (field: FieldId) => string {
  const t = useWords();
  return (field) => t(`customers:field.${field}`);
}

/** A condition in words: 等级 · 是 · 金卡、铂金. */
export function usePhrase(condition: Condition): Phrase {
  const t = useWords();
  const language = useLanguage();
  const name = useFieldName();
  const field = fieldOf(condition.field);
  const choices = useChoices(field?.asked ?? "text");
  const label = field === undefined ? condition.field : name(field.id);
  const { is } = condition;
  if (is === "set" || is === "unset") return { field: label, is: "", value: t(`customers:is.${is}`) };
  const list: unknown[] = Array.isArray(condition.value) ? condition.value : [condition.value];
  const written = list.map((one) => {
    if (typeof one === "number")
      return field?.asked === "money" ? money(one, { headline: true }) : count(one);
    const value = typeof one === "string" ? one : "";
    return choices.find((choice) => choice.value === value)?.label ?? value;
  });
  const [low = "", high = ""] = written;
  if (field?.asked === "days") {
    const value =
      is === "between"
        ? t("customers:days.between", { low, high })
        : t(is === "at_least" ? "customers:days.at_least" : "customers:days.at_most", { days: low });
    return { field: label, is: t("customers:is.in"), value };
  }
  const value = is === "between" ? t("customers:range", { low, high }) : listed(written, language);
  return { field: label, is: t(`customers:is.${is}`), value };
}
