import { listed } from "./figures";
import { useLanguage } from "./language";
import { phone } from "./phone";
import { useWords } from "./words";

const channels = ["wechat", "phone", "sms", "email", "visit", "mail"] as const;
const parties = ["supplier", "distributor", "partner", "influencer"] as const;
const genders = ["female", "male", "other"] as const;
const phones: readonly string[] = ["phone", "landline"];

/** A field's value in plain words, for history and conflicts: one line, whatever the field is. `null`: nothing. */
export function useValueWords(): (field: string, value: unknown, label?: string | null) => string | null {
  const t = useWords();
  const language = useLanguage();
  const channel = (id: string) => {
    const known = channels.find((name) => name === id);
    return known === undefined ? id : t(`nouns:channel.${known}`);
  };
  const party = (id: string) => {
    const known = parties.find((name) => name === id);
    return known === undefined ? id : t(`nouns:party.${known}`);
  };
  const one = (field: string, value: string): string => {
    if (phones.includes(field)) return phone(value);
    if (field === "preferred_channel") return channel(value);
    if (field === "kind") return t(value === "company" ? "nouns:company" : "nouns:person");
    if (field === "birthday_calendar") return t(value === "lunar" ? "nouns:lunar" : "nouns:solar");
    if (field === "birthday") return value.replace(/^--/, "");
    const gender = field === "gender" ? genders.find((name) => name === value) : undefined;
    return gender === undefined ? value : t(`nouns:gender.${gender}`);
  };
  const words = (field: string, value: unknown, label?: string | null): string | null => {
    if (label !== undefined && label !== null) return label;
    if (value === null || value === undefined || value === "") return null;
    if (typeof value === "string") return one(field, value);
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    if (Array.isArray(value)) {
      if (value.length === 0) return null;
      const items = value.map(String);
      if (field === "parties") return listed(items.map(party), language);
      return listed(field === "other_phones" ? items.map(phone) : items, language);
    }
    const entries = Object.entries(value as Record<string, unknown>);
    if (field === "consent")
      return (
        listed(
          entries.map(([name]) => channel(name)),
          language,
        ) || null
      );
    // A group of fields that belong together: their values, one after the other.
    const parts = entries.map(([name, part]) => words(name, part)).filter((part) => part !== null);
    return parts.length === 0 ? null : parts.join(" ");
  };
  return words;
}
