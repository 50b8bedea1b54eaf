import type { LucideIcon } from "lucide-react";
import {
  Coins,
  ListTodo,
  Mail,
  MapPin,
  MessageCircle,
  Pencil,
  Phone,
  ShoppingBag,
  TriangleAlert,
  Undo2,
} from "lucide-react";
import type { WordKey } from "../i18n/words";

/** What an entry of the timeline is: one noun, one icon. */
export interface Kind {
  icon: LucideIcon;
  word: WordKey;
}

const entries: Readonly<Record<string, Kind>> = {
  sale: { icon: ShoppingBag, word: "nouns:kind.sale" },
  refund: { icon: Undo2, word: "nouns:kind.refund" },
  note: { icon: Pencil, word: "nouns:kind.note" },
  visit: { icon: MapPin, word: "nouns:kind.visit" },
  call: { icon: Phone, word: "nouns:kind.call" },
  wechat: { icon: MessageCircle, word: "nouns:kind.wechat" },
  mail: { icon: Mail, word: "nouns:kind.mail" },
  task: { icon: ListTodo, word: "nouns:kind.task" },
  points: { icon: Coins, word: "nouns:kind.points" },
};

const tasks: Readonly<Record<string, Kind>> = {
  todo: { icon: ListTodo, word: "nouns:task.todo" },
  visit: { icon: MapPin, word: "nouns:task.visit" },
  call: { icon: Phone, word: "nouns:task.call" },
  wechat: { icon: MessageCircle, word: "nouns:task.wechat" },
  refused: { icon: TriangleAlert, word: "nouns:task.refused" },
};

const plainNote: Kind = { icon: Pencil, word: "nouns:kind.note" };
const plainTask: Kind = { icon: ListTodo, word: "nouns:task.todo" };

/** A kind that a newer version wrote is shown as a plain note. */
export function entryKind(kind: string): Kind {
  return entries[kind] ?? plainNote;
}

export function taskKind(kind: string): Kind {
  return tasks[kind] ?? plainTask;
}

export const interactionKinds = ["note", "visit", "call", "wechat", "mail"] as const;
export const taskKinds = ["todo", "visit", "call", "wechat"] as const;
