import { Button, Input, Modal } from "antd";
import { useNavigate } from "@tanstack/react-router";
import type { KeyboardEvent } from "react";
import { useState } from "react";
import type { Aside, DeviceState } from "../../bindings/app";
import { Refused } from "../../forms/Refused";
import { Failure } from "../../host/failure";
import { useFailureWords } from "../../i18n/failure";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { Tag } from "../../parts/Chip";
import { Facts } from "../../parts/Facts";
import { Failed } from "../../parts/Failed";
import { Kv } from "../../parts/Kv";
import { Note } from "../../parts/Note";
import { Section } from "../../parts/Section";
import { useAct, useRead } from "../../query/use";
import { useSession, useSyncStatus } from "../../shell/session";
import { InviteCode } from "./InviteCode";

/** Lost or stolen: what follows, and its name typed, for nothing brings it back. */
function Losing({ device, onClose }: { device: DeviceState; onClose: () => void }) {
  const t = useWords();
  const [typed, setTyped] = useState("");
  const end = useAct("device.end");
  return (
    <Modal
      open
      title={t("settings:devices.lost_title", { name: device.name })}
      width={480}
      onCancel={onClose}
      cancelText={t("settings:cancel")}
      okText={t("settings:devices.lost")}
      okButtonProps={{ danger: true, disabled: typed.trim() !== device.name, loading: end.isPending }}
      onOk={() => end.mutate({ id: device.id, ending: "lost" }, { onSuccess: onClose })}
    >
      <div className="col g12">
        <ul className="bullets">
          <li>{t("settings:devices.lost_wipe")}</li>
          <li>{t("settings:devices.lost_unsent")}</li>
          <li>{t("settings:devices.lost_final")}</li>
        </ul>
        <label htmlFor="lost-name">{t("settings:devices.lost_type", { name: device.name })}</label>
        <Input
          id="lost-name"
          // eslint-disable-next-line jsx-a11y/no-autofocus -- the button asked for it
          autoFocus
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Refused failure={end.error} />
      </div>
    </Modal>
  );
}

/** No longer needed: this one now, another when it is heard of. */
function Retiring({ device, onClose }: { device: DeviceState; onClose: () => void }) {
  const t = useWords();
  const navigate = useNavigate();
  const waits = useSyncStatus()?.outbox_count ?? 0;
  const end = useAct("device.end");
  const retire = useAct("device.retire");
  const go = () =>
    device.this
      ? retire.mutate(null, { onSuccess: () => void navigate({ to: "/welcome" }) })
      : end.mutate({ id: device.id, ending: "retired" }, { onSuccess: onClose });
  return (
    <Modal
      open
      title={t("settings:devices.retire_title", { name: device.name })}
      width={480}
      onCancel={onClose}
      cancelText={t("settings:cancel")}
      okText={t("settings:devices.retire")}
      okButtonProps={{ loading: end.isPending || retire.isPending }}
      onOk={go}
    >
      <div className="col g12">
        <p>{t(device.this ? "settings:devices.retire_this" : "settings:devices.retire_afar")}</p>
        {device.this && waits > 0 && (
          <p className="t2">{t("settings:devices.retire_unsent", { figure: count(waits) })}</p>
        )}
        <Refused failure={end.error ?? retire.error} />
      </div>
    </Modal>
  );
}

function Name({ device, onClose }: { device: DeviceState; onClose: () => void }) {
  const t = useWords();
  const [typed, setTyped] = useState(device.name);
  const rename = useAct("device.rename");
  const save = () => rename.mutate({ id: device.id, name: typed }, { onSuccess: onClose });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") save();
    if (event.key === "Escape") onClose();
  };
  return (
    <div className="row g8">
      <Input
        // eslint-disable-next-line jsx-a11y/no-autofocus -- the button asked for it
        autoFocus
        aria-label={t("settings:devices.name")}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <Button onClick={save}>{t("settings:save")}</Button>
    </div>
  );
}

/** Broken: a code with which another machine takes its place. */
function Replacing({ device, onClose }: { device: DeviceState; onClose: () => void }) {
  const t = useWords();
  const replace = useAct("device.replace");
  return (
    <Modal
      open
      title={t("settings:devices.replace_title", { name: device.name })}
      width={480}
      footer={null}
      onCancel={onClose}
    >
      {replace.data === undefined ? (
        <div className="col g12">
          <ul className="bullets">
            <li>{t("settings:devices.replace_gets")}</li>
            <li>{t("settings:devices.replace_out")}</li>
            <li>{t("settings:devices.replace_unsent")}</li>
          </ul>
          <Refused failure={replace.error} />
          <div>
            <Button
              type="primary"
              loading={replace.isPending}
              onClick={() => replace.mutate({ id: device.id })}
            >
              {t("settings:people.make_code")}
            </Button>
          </div>
        </div>
      ) : (
        <InviteCode invited={replace.data} />
      )}
    </Modal>
  );
}

type Doing = { what: "lost" | "retire" | "replace"; device: DeviceState } | null;

interface LineProps {
  device: DeviceState;
  mayEnd: boolean;
  mayReplace: boolean;
  asked: boolean;
  onDo: (doing: Doing) => void;
}

/** Systems by the names that their makers give them. */
const systems: Readonly<Record<string, string>> = { linux: "Linux", macos: "macOS", windows: "Windows" };

function system(platform: string | null): string | null {
  return platform === null ? null : (systems[platform] ?? platform);
}

function State({ device, asked }: { device: DeviceState; asked: boolean }) {
  const t = useWords();
  const format = useFormat();
  const at = (moment: number | null) => (moment === null ? "" : format.dayAndTime(new Date(moment)));
  if (device.ending === "lost")
    return <span className="err">{t("settings:devices.is_lost", { at: at(device.revoked_at) })}</span>;
  if (device.ending === "retired")
    return <span className="t3">{t("settings:devices.is_retired", { at: at(device.revoked_at) })}</span>;
  if (device.revoked_at !== null)
    return <span className="t3">{t("settings:devices.is_out", { at: at(device.revoked_at) })}</span>;
  if (device.retiring) return <span className="warn">{t("settings:devices.is_retiring")}</span>;
  if (device.last_seen_at !== null)
    return <span className="t2">{t("settings:devices.seen", { at: at(device.last_seen_at) })}</span>;
  return asked ? <span className="t3">{t("settings:devices.never_seen")}</span> : null;
}

function Line({ device, mayEnd, mayReplace, asked, onDo }: LineProps) {
  const t = useWords();
  const [naming, setNaming] = useState(false);
  const gone = device.revoked_at !== null;
  return (
    <li className="personline" data-testid="device" data-id={device.id}>
      <div className="grow">
        {naming ? (
          <Name device={device} onClose={() => setNaming(false)} />
        ) : (
          <div className="row g8">
            <b className={gone ? "t3" : ""}>{device.name}</b>
            {device.this && <Tag>{t("settings:team.this")}</Tag>}
            {device.aside > 0 && (
              <span className="warn sm">{t("settings:devices.aside", { figure: count(device.aside) })}</span>
            )}
          </div>
        )}
        <div className="sm t3">
          <Facts items={[device.people.join("、"), device.store, system(device.platform), device.version]} />
        </div>
      </div>
      <div className="sm end">
        <State device={device} asked={asked} />
      </div>
      <div className="row g4 personacts">
        {!gone && !naming && (
          <Button size="small" type="text" onClick={() => setNaming(true)}>
            {t("settings:team.rename")}
          </Button>
        )}
        {!gone && mayEnd && !device.retiring && (
          <Button size="small" type="text" onClick={() => onDo({ what: "retire", device })}>
            {t("settings:devices.retire")}
          </Button>
        )}
        {mayReplace && !device.this && device.ending === null && (
          <Button size="small" type="text" onClick={() => onDo({ what: "replace", device })}>
            {t("settings:devices.replace")}
          </Button>
        )}
        {mayEnd && !device.this && device.ending !== "lost" && (
          <Button size="small" type="text" danger onClick={() => onDo({ what: "lost", device })}>
            {t("settings:devices.lost")}
          </Button>
        )}
      </div>
    </li>
  );
}

function written(value: unknown): string {
  if (value === null || value === undefined) return "—";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function AsideRow({ row }: { row: Aside }) {
  const t = useWords();
  const format = useFormat();
  const settle = useAct("aside.settle");
  const why = useFailureWords(new Failure(row.code));
  return (
    <li className="col g8 asiderow" data-testid="aside">
      <div className="row g8">
        <b>{row.label === "" ? t("sync:what.other") : row.label}</b>
        <span className="sm t3">
          <Facts items={[row.person, row.device, format.dayAndTime(new Date(row.at))]} />
        </span>
      </div>
      <p className="sm t2">{why}</p>
      <Kv
        rows={row.values.map((value) => ({
          label: value.field,
          value: written(value.wanted),
          ...(written(value.stands) === written(value.wanted)
            ? {}
            : { why: t("settings:aside.stands", { value: written(value.stands) }) }),
        }))}
      />
      <div className="row g8">
        <Button
          size="small"
          disabled={settle.isPending}
          onClick={() => settle.mutate({ key: row.key, accept: true })}
        >
          {t("settings:aside.accept")}
        </Button>
        <Button
          size="small"
          type="text"
          disabled={settle.isPending}
          onClick={() => settle.mutate({ key: row.key, accept: false })}
        >
          {t("settings:aside.discard")}
        </Button>
      </div>
      <Refused failure={settle.error} />
    </li>
  );
}

/** What came late from a lost device or a leaver, or under an impossible clock. */
function Quarantine() {
  const t = useWords();
  const { data, error } = useRead("aside.list", null);
  if (error !== null || data === undefined) return null;
  return (
    <Section title={t("settings:aside.title")} note={data.length === 0 ? undefined : String(data.length)}>
      {data.length === 0 ? (
        <p className="t2">{t("settings:aside.none")}</p>
      ) : (
        <>
          <p className="t2">{t("settings:aside.why")}</p>
          <ul className="col g16">
            {data.map((row) => (
              <AsideRow key={row.key} row={row} />
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

/** The shop's machines: who uses them, when they were last here, and how they end. */
export function Devices() {
  const t = useWords();
  const session = useSession();
  const { data, error, refetch } = useRead("device.list", null);
  const [doing, setDoing] = useState<Doing>(null);
  if (error !== null) return <Failed failure={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Bars count={4} />;
  const close = () => setDoing(null);
  const role = session?.person?.role;
  return (
    <>
      <Section title={t("settings:devices.title")} note={String(data.devices.length)}>
        {session?.enrolled === true && !data.asked && data.may_end && (
          <Note kind="warning" title={t("settings:devices.not_asked")} />
        )}
        {session?.enrolled === false && <p className="t2">{t("settings:devices.alone")}</p>}
        <ul className="settingslist">
          {data.devices.map((device) => (
            <Line
              key={device.id}
              device={device}
              mayEnd={data.may_end}
              mayReplace={data.may_replace}
              asked={data.asked}
              onDo={setDoing}
            />
          ))}
        </ul>
      </Section>
      {session?.enrolled === true && (role === "owner" || role === "manager") && <Quarantine />}
      {doing?.what === "lost" && <Losing device={doing.device} onClose={close} />}
      {doing?.what === "replace" && <Replacing device={doing.device} onClose={close} />}
      {doing?.what === "retire" && <Retiring device={doing.device} onClose={close} />}
    </>
  );
}
