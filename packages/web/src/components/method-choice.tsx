import type { Method } from "@weightsmith/contract";

/** In the order in which they are offered. */
const methods: Readonly<Record<Method, { readonly name: string; readonly help: string }>> = {
  auto: { name: "Auto", help: "Tries the others and keeps what does best." },
  context: { name: "Context", help: "Reads spec and examples once and trains nothing. Seconds." },
  fast: { name: "Fast", help: "One pass of a compiler network writes small updates of the weights." },
  train: { name: "Train", help: "Trains those updates further on your examples." },
  lora: { name: "LoRA", help: "Trains small updates of the weights from nothing." },
  prefix: { name: "Prefix", help: "Trains what the model reads first: a prefix of keys and values." },
  dummy: { name: "Dummy", help: "The spec alone, as it is: for demos and tests." },
};

/** What people choose among; a dummy is for those who ask for it by name. */
const offered = (Object.keys(methods) as Method[]).filter((method) => method !== "dummy");

export const methodName = (method: Method | null): string => (method === null ? "–" : methods[method].name);

interface Props {
  readonly value: Method;
  readonly onChange: (method: Method) => void;
}

export function MethodChoice({ value, onChange }: Props) {
  return (
    <fieldset className="choices">
      <legend>Method</legend>
      {offered.map((method) => (
        <label key={method} className="choice">
          <input
            type="radio"
            name="method"
            value={method}
            checked={method === value}
            onChange={() => onChange(method)}
          />
          <span>
            <strong>{methods[method].name}</strong>
            <span className="muted hint block">{methods[method].help}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
