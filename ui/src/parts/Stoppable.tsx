import { Button } from "antd";
import { useState } from "react";
import { Bar } from "./Bar";

interface StoppableProps {
  /** What goes on, for those who do not see the bar. */
  label: string;
  share: number;
  /** How far it is, in words. */
  children?: React.ReactNode;
  stop: string;
  stopping: string;
  onStop: () => void;
}

/** How far long work is, and the way to end it. */
export function Stoppable({ label, share, children, stop, stopping, onStop }: StoppableProps) {
  const [asked, setAsked] = useState(false);
  return (
    <div role="status" className="col g8">
      <Bar label={label} parts={[{ share }]} />
      <div className="row g12">
        <span className="sm t2 grow">{children ?? label}</span>
        <Button
          size="small"
          disabled={asked}
          onClick={() => {
            setAsked(true);
            onStop();
          }}
        >
          {asked ? stopping : stop}
        </Button>
      </div>
    </div>
  );
}
