import { useNavigate } from "@tanstack/react-router";
import { Button, Modal } from "antd";
import { useWords } from "../i18n/words";
import { useAct } from "../query/use";
import { useKeys } from "./hotkeys";
import { SignIn } from "./SignIn";

interface SwitcherProps {
  /** Somebody here has a PIN; without one there is nobody to switch to. */
  guarded: boolean;
  onClose: () => void;
}

/** Somebody else at the till, in two keys; or nobody. */
export function Switcher({ guarded, onClose }: SwitcherProps) {
  const t = useWords();
  const navigate = useNavigate();
  const lock = useAct("people.sign_out");
  useKeys({}, { modal: true });
  return (
    <Modal open title={t("shell:switch.title")} width={640} footer={null} onCancel={onClose} destroyOnHidden>
      {guarded ? (
        <div className="col g16" data-testid="switcher">
          <SignIn onDone={onClose} />
          <div>
            <Button onClick={() => lock.mutate(null, { onSuccess: onClose })} data-testid="lock-now">
              {t("shell:switch.lock")}
            </Button>
          </div>
        </div>
      ) : (
        <div className="col g12">
          <p>{t("shell:switch.alone")}</p>
          <div>
            <Button
              onClick={() => {
                onClose();
                void navigate({ to: "/settings" });
              }}
            >
              {t("shell:switch.people")}
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}
