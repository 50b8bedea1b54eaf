import { Form, Input, Modal, Segmented } from "antd";
import type { KeyboardEvent } from "react";
import { useState } from "react";
import { useWords } from "../i18n/words";
import { taskKind, taskKinds } from "../parts/kinds";
import { useAct } from "../query/use";
import { useKeys } from "../shell/hotkeys";
import { CustomerPick } from "./CustomerPick";
import { DayField } from "./DayField";
import { addDays } from "./days";
import { Refused } from "./Refused";

interface TaskFormProps {
  today: string;
  /** Whose file it is about; left out where it may be anybody or nobody. */
  customer?: { id: string; name: string };
  onClose: () => void;
}

/** Something to do by a day. With a customer it starts as a return visit in a week. */
export function TaskForm({ today, customer, onClose }: TaskFormProps) {
  const t = useWords();
  const [title, setTitle] = useState(customer === undefined ? "" : t("task:visit", { name: customer.name }));
  const [kind, setKind] = useState<(typeof taskKinds)[number]>(customer === undefined ? "todo" : "call");
  const [day, setDay] = useState(customer === undefined ? today : addDays(today, 7));
  const [why, setWhy] = useState("");
  const [whom, setWhom] = useState<string | null>(customer?.id ?? null);
  const add = useAct("task.add");
  useKeys({}, { modal: true });
  const ready = title.trim() !== "" && !add.isPending;
  const save = () => {
    if (!ready) return;
    const task = { title: title.trim(), kind, due_on: day };
    const reason = why.trim() === "" ? {} : { why: why.trim() };
    const about = whom === null ? {} : { customer: whom };
    add.mutate({ ...task, ...reason, ...about }, { onSuccess: onClose });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLElement)) return;
    const plain = event.target.id === "task-title" || event.target.id === "task-why";
    if (!plain && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    save();
  };
  return (
    <Modal
      open
      width={520}
      title={t(customer === undefined ? "task:new" : "task:new_visit")}
      okText={t("task:save")}
      okButtonProps={{ disabled: !ready }}
      onOk={save}
      onCancel={onClose}
    >
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions -- hears the fields' own keys pass */}
      <div onKeyDown={onKeyDown} data-testid="task-form">
        <Form layout="vertical" requiredMark={false} component={false}>
          <Form.Item label={t("task:title")} htmlFor="task-title">
            <Input
              id="task-title"
              // eslint-disable-next-line jsx-a11y/no-autofocus -- the dialog begins here
              autoFocus
              value={title}
              onFocus={(event) => event.target.select()}
              onChange={(event) => setTitle(event.target.value)}
            />
          </Form.Item>
          <Form.Item label={t("task:how")}>
            <Segmented
              aria-label={t("task:how")}
              value={kind}
              options={taskKinds.map((one) => ({ value: one, label: t(taskKind(one).word) }))}
              onChange={setKind}
            />
          </Form.Item>
          <Form.Item label={t("task:due")} htmlFor="task-day">
            <DayField id="task-day" today={today} value={day} onChange={setDay} />
          </Form.Item>
          {customer === undefined && (
            <Form.Item label={t("task:customer")} htmlFor="task-customer">
              <CustomerPick id="task-customer" value={whom} onChange={setWhom} />
            </Form.Item>
          )}
          <Form.Item label={t("task:why")} htmlFor="task-why">
            <Input
              id="task-why"
              value={why}
              placeholder={t("task:why_placeholder")}
              onChange={(event) => setWhy(event.target.value)}
            />
          </Form.Item>
        </Form>
        <Refused failure={add.error} />
      </div>
    </Modal>
  );
}
