import { Button, Input, Modal, Popconfirm, Segmented, Select } from "antd";
import { useState } from "react";
import type { PersonRow, Team } from "../../bindings/app";
import type { Role } from "../../bindings/nouns";
import { Refused } from "../../forms/Refused";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Avatar } from "../../parts/Avatar";
import { Bars } from "../../parts/Bars";
import { Tag } from "../../parts/Chip";
import { Facts } from "../../parts/Facts";
import { Failed } from "../../parts/Failed";
import { Note } from "../../parts/Note";
import { Section } from "../../parts/Section";
import { offerUndo } from "../../parts/UndoToast";
import { call } from "../../host/call";
import { useAct, useRead } from "../../query/use";
import { useSession } from "../../shell/session";
import { InviteCode } from "./InviteCode";

const roles = ["owner", "manager", "counter", "rep", "service", "it", "read_only"] as const;

function useRoleChoices() {
  const t = useWords();
  const session = useSession();
  const mine = session?.person?.role;
  return roles
    .filter((role) => role !== "owner" || mine === "owner")
    .map((role) => ({ value: role, label: t(`nouns:role.${role}`) }));
}

/** A code for somebody of the team, to bring a machine of their own. */
function Inviting({ person, onClose }: { person: PersonRow; onClose: () => void }) {
  const t = useWords();
  const invite = useAct("people.invite");
  return (
    <Modal
      open
      title={t("settings:people.invite_title", { name: person.name })}
      width={440}
      footer={null}
      onCancel={onClose}
    >
      {invite.data === undefined ? (
        <div className="col g12">
          <p>{t("settings:people.invite_why")}</p>
          <Refused failure={invite.error} />
          <div>
            <Button
              type="primary"
              loading={invite.isPending}
              onClick={() => invite.mutate({ role: person.role, person: person.id })}
            >
              {t("settings:people.make_code")}
            </Button>
          </div>
        </div>
      ) : (
        <InviteCode invited={invite.data} />
      )}
    </Modal>
  );
}

function PinForm({ person, mine, onClose }: { person: PersonRow; mine: boolean; onClose: () => void }) {
  const t = useWords();
  const [typed, setTyped] = useState("");
  const [again, setAgain] = useState("");
  const set = useAct("people.set_pin");
  const differs = again !== "" && again !== typed;
  const save = () => set.mutate({ person: person.id, pin: typed }, { onSuccess: onClose });
  return (
    <Modal
      open
      title={t(mine ? "settings:people.pin_own" : "settings:people.pin_of", { name: person.name })}
      width={400}
      onCancel={onClose}
      okText={t("settings:save")}
      cancelText={t("settings:cancel")}
      okButtonProps={{ disabled: typed === "" || typed !== again, loading: set.isPending }}
      onOk={save}
    >
      <div className="col g12">
        <label htmlFor="pin-typed">{t("settings:people.pin_hint")}</label>
        <Input
          id="pin-typed"
          type="password"
          inputMode="numeric"
          // eslint-disable-next-line jsx-a11y/no-autofocus -- the button asked for it
          autoFocus
          value={typed}
          onChange={(event) => setTyped(event.target.value.replace(/\D/g, "").slice(0, 8))}
        />
        <label htmlFor="pin-again">{t("settings:people.pin_again")}</label>
        <Input
          id="pin-again"
          type="password"
          inputMode="numeric"
          value={again}
          status={differs ? "error" : ""}
          onChange={(event) => setAgain(event.target.value.replace(/\D/g, "").slice(0, 8))}
          onPressEnter={() => typed !== "" && typed === again && save()}
        />
        {differs && <span className="err sm">{t("settings:people.pin_differs")}</span>}
        <Refused failure={set.error} />
        {person.has_pin && mine && (
          <Button type="text" onClick={() => set.mutate({ person: person.id }, { onSuccess: onClose })}>
            {t("settings:people.pin_none")}
          </Button>
        )}
      </div>
    </Modal>
  );
}

/** Somebody leaves: who takes over, and what. */
function Leaving({
  person,
  others,
  onClose,
}: {
  person: PersonRow;
  others: readonly PersonRow[];
  onClose: () => void;
}) {
  const t = useWords();
  const [to, setTo] = useState<string | null>(null);
  const leave = useAct("people.leave");
  const work = person.customers + person.tasks > 0;
  const go = () =>
    leave.mutate(
      { id: person.id, ...(to === null ? {} : { to }) },
      {
        onSuccess() {
          onClose();
          offerUndo(t("settings:people.left_toast", { name: person.name }), () => {
            void call("people.undo_leave", { id: person.id });
          });
        },
      },
    );
  return (
    <Modal
      open
      title={t("settings:people.leave_title", { name: person.name })}
      width={440}
      onCancel={onClose}
      okText={t("settings:people.leave")}
      cancelText={t("settings:cancel")}
      okButtonProps={{ disabled: work && to === null, loading: leave.isPending }}
      onOk={go}
    >
      <div className="col g12">
        <p>{t("settings:people.leave_why")}</p>
        {work && (
          <>
            <label htmlFor="leave-to">
              {t("settings:people.leave_to", {
                customers: count(person.customers),
                tasks: count(person.tasks),
              })}
            </label>
            <Select
              id="leave-to"
              value={to}
              options={others.map(({ id, name }) => ({ value: id, label: name }))}
              onChange={setTo}
            />
          </>
        )}
        <Refused failure={leave.error} />
      </div>
    </Modal>
  );
}

function Adding({ stores, onClose }: { stores: Team["stores"]; onClose: () => void }) {
  const t = useWords();
  const session = useSession();
  const choices = useRoleChoices();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("counter");
  const [store, setStore] = useState<string | null>(session?.store?.id ?? null);
  const [pin, setPin] = useState("");
  const add = useAct("people.add");
  const save = () =>
    add.mutate(
      {
        name,
        role,
        ...(store === null ? {} : { store }),
        ...(pin === "" ? {} : { pin, here: true }),
      },
      { onSuccess: onClose },
    );
  return (
    <Modal
      open
      title={t("settings:people.add")}
      width={440}
      onCancel={onClose}
      okText={t("settings:people.add")}
      cancelText={t("settings:cancel")}
      okButtonProps={{ disabled: name.trim() === "", loading: add.isPending }}
      onOk={save}
    >
      <div className="col g12">
        <label htmlFor="add-name">{t("settings:people.name")}</label>
        <Input
          id="add-name"
          // eslint-disable-next-line jsx-a11y/no-autofocus -- the button asked for it
          autoFocus
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <label htmlFor="add-role">{t("settings:people.role")}</label>
        <Select id="add-role" value={role} options={choices} onChange={setRole} />
        <p className="t3 sm">{t(`settings:people.may.${role}`)}</p>
        {stores.length > 1 && (
          <>
            <label htmlFor="add-store">{t("settings:people.store")}</label>
            <Select
              id="add-store"
              value={store}
              options={stores.map(({ id, name: label }) => ({ value: id, label }))}
              onChange={setStore}
            />
          </>
        )}
        <label htmlFor="add-pin">{t("settings:people.pin_here")}</label>
        <Input
          id="add-pin"
          type="password"
          inputMode="numeric"
          value={pin}
          onChange={(event) => setPin(event.target.value.replace(/\D/g, "").slice(0, 8))}
        />
        <p className="t3 sm">{t("settings:people.pin_here_why")}</p>
        <Refused failure={add.error} />
      </div>
    </Modal>
  );
}

type Doing = { what: "invite" | "pin" | "leave"; person: PersonRow } | { what: "add" } | null;

interface LineProps {
  person: PersonRow;
  me: string | undefined;
  lead: boolean;
  enrolled: boolean;
  onDo: (doing: Doing) => void;
}

function Line({ person, me, lead, enrolled, onDo }: LineProps) {
  const t = useWords();
  const format = useFormat();
  const choices = useRoleChoices();
  const edit = useAct("people.edit");
  const letIn = useAct("people.let_in");
  const undo = useAct("people.undo_leave");
  const left = person.left_at !== null;
  const mine = person.id === me;
  return (
    <li className="personline" data-testid="team-person" data-id={person.id}>
      <Avatar name={person.name} />
      <div className="grow">
        <div className="row g8">
          <b>{person.name}</b>
          {mine && <Tag>{t("settings:people.me")}</Tag>}
          {left && (
            <span className="t3">
              {t("settings:people.gone", { day: format.shortDay(new Date(person.left_at ?? 0)) })}
            </span>
          )}
        </div>
        <div className="sm t3">
          <Facts
            items={[
              person.store_name,
              !left && (person.has_pin ? t("settings:people.has_pin") : t("settings:people.has_none")),
              !left && person.here && t("settings:people.here"),
              person.customers > 0 && t("settings:people.customers", { figure: count(person.customers) }),
              person.tasks > 0 && t("settings:people.tasks", { figure: count(person.tasks) }),
            ]}
          />
        </div>
        <Refused failure={edit.error ?? letIn.error ?? undo.error} />
      </div>
      {!left && lead ? (
        <Select
          aria-label={t("settings:people.role_of", { name: person.name })}
          value={person.role}
          options={
            choices.some((choice) => choice.value === person.role)
              ? choices
              : [...choices, { value: person.role, label: t(`nouns:role.${person.role}`) }]
          }
          popupMatchSelectWidth={false}
          disabled={edit.isPending}
          onChange={(role) => edit.mutate({ id: person.id, role })}
        />
      ) : (
        <span className="t2">{t(`nouns:role.${person.role}`)}</span>
      )}
      <div className="row g4 personacts">
        {!left && (lead || mine) && (
          <Button size="small" type="text" onClick={() => onDo({ what: "pin", person })}>
            {t(person.has_pin ? "settings:people.reset_pin" : "settings:people.set_pin")}
          </Button>
        )}
        {!left && lead && !person.enrolled && enrolled && (
          <Button
            size="small"
            type="text"
            onClick={() => letIn.mutate({ person: person.id, here: !person.here })}
          >
            {t(person.here ? "settings:people.not_here" : "settings:people.let_in")}
          </Button>
        )}
        {!left && lead && enrolled && !mine && (
          <Button size="small" type="text" onClick={() => onDo({ what: "invite", person })}>
            {t("settings:people.invite")}
          </Button>
        )}
        {!left && lead && !mine && (
          <Button size="small" type="text" onClick={() => onDo({ what: "leave", person })}>
            {t("settings:people.leave")}
          </Button>
        )}
        {left && lead && (
          <Popconfirm
            title={t("settings:people.back_sure", { name: person.name })}
            okText={t("settings:people.back")}
            cancelText={t("settings:cancel")}
            onConfirm={() => undo.mutate({ id: person.id })}
          >
            <Button size="small" type="text">
              {t("settings:people.back")}
            </Button>
          </Popconfirm>
        )}
      </div>
    </li>
  );
}

const minutes = [0, 2, 5, 15, 60] as const;

/** Who works here, what they may do, and how they sign in on this machine. */
export function People() {
  const t = useWords();
  const session = useSession();
  const { data, error, refetch } = useRead("people.list", null);
  const stores = useRead("team.show", null).data?.stores ?? [];
  const [doing, setDoing] = useState<Doing>(null);
  const lockAfter = useAct("people.lock_after");
  if (error !== null) return <Failed failure={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Bars count={4} />;
  const me = session?.person?.id;
  const mine = session?.person?.role;
  const lead = mine === "owner" || mine === "manager";
  const here = data.filter((person) => person.left_at === null);
  const close = () => setDoing(null);
  return (
    <>
      <Section
        title={t("settings:people.title")}
        note={String(here.length)}
        extra={
          lead && (
            <Button type="primary" onClick={() => setDoing({ what: "add" })} data-testid="add-person">
              {t("settings:people.add")}
            </Button>
          )
        }
      >
        {here.length < 2 && <p className="t2">{t("settings:people.alone")}</p>}
        <ul className="settingslist">
          {data.map((person) => (
            <Line
              key={person.id}
              person={person}
              me={me}
              lead={lead}
              enrolled={session?.enrolled === true}
              onDo={setDoing}
            />
          ))}
        </ul>
      </Section>
      {lead && (
        <Section title={t("settings:people.lock_after")} note={t("settings:people.lock_after_why")}>
          {session?.guarded === true ? (
            <Segmented
              value={session.lock_after ?? 0}
              options={minutes.map((value) => ({
                value,
                label:
                  value === 0 ? t("settings:people.never") : t("settings:people.minutes", { count: value }),
              }))}
              onChange={(value) => lockAfter.mutate({ minutes: value })}
            />
          ) : (
            <Note kind="info" title={t("settings:people.no_lock")} />
          )}
          <Refused failure={lockAfter.error} />
        </Section>
      )}
      {doing?.what === "add" && <Adding stores={stores} onClose={close} />}
      {doing?.what === "invite" && <Inviting person={doing.person} onClose={close} />}
      {doing?.what === "pin" && (
        <PinForm person={doing.person} mine={doing.person.id === me} onClose={close} />
      )}
      {doing?.what === "leave" && (
        <Leaving
          person={doing.person}
          others={here.filter((person) => person.id !== doing.person.id)}
          onClose={close}
        />
      )}
    </>
  );
}
