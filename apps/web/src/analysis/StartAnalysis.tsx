import { Button, NativeSelect, Stack, Text } from "@mantine/core";
import type { AnalysisKind } from "@tilewright/client";
import { shownName } from "@tilewright/core";
import { type FormEvent, useState } from "react";
import { troubleOf } from "../api/trouble.ts";
import { trpc } from "../api/trpc.ts";
import { ParameterField } from "./ParameterField.tsx";
import { defaultDraft, type ParameterDraft, parametersOf } from "./parameter-draft.ts";

interface StartAnalysisProps {
  readonly imageId: string;
  readonly kinds: readonly [AnalysisKind, ...AnalysisKind[]];
  readonly onStarted: () => void;
  readonly onLeave: () => void;
}

/** Which analysis to make of a slide, and how. */
export function StartAnalysis({ imageId, kinds, onStarted, onLeave }: StartAnalysisProps) {
  const [name, setName] = useState(kinds[0].name);
  const [draft, setDraft] = useState<ParameterDraft>({});
  const kind = kinds.find((each) => each.name === name) ?? kinds[0];
  const { properties, required = [] } = kind.parametersSchema;
  const filled = { ...defaultDraft(kind.parametersSchema), ...draft };
  const submit = trpc.analysis.submit.useMutation({ onSuccess: onStarted });
  const choose = (chosen: string) => {
    setName(chosen);
    setDraft({});
    submit.reset();
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    submit.mutate({ imageId, kind: kind.name, parameters: parametersOf(kind.parametersSchema, filled) });
  };
  return (
    <form onSubmit={send} aria-label="New analysis">
      <Stack gap="sm">
        <NativeSelect
          label="Kind"
          value={kind.name}
          data={kinds.map((each) => ({ value: each.name, label: `${shownName(each.title)} ${each.version}` }))}
          description={kind.description ? shownName(kind.description) : undefined}
          onChange={({ currentTarget }) => choose(currentTarget.value)}
        />
        {!kind.isThere && (
          <Text size="sm">No worker for this kind is connected; the analysis starts as soon as one is.</Text>
        )}
        {Object.entries(properties).map(([parameter, schema]) => (
          <ParameterField
            key={`${kind.name} ${parameter}`}
            name={parameter}
            schema={schema}
            isRequired={required.includes(parameter)}
            value={filled[parameter] ?? ""}
            onChange={(value) => setDraft({ ...draft, [parameter]: value })}
          />
        ))}
        {submit.error && (
          <Text size="sm" c="var(--tw-bad)" role="alert">
            {troubleOf(submit.error).sentence}
          </Text>
        )}
        <Button.Group>
          <Button type="submit" size="sm" loading={submit.isPending}>
            Start
          </Button>
          <Button variant="default" size="sm" onClick={onLeave}>
            Close
          </Button>
        </Button.Group>
      </Stack>
    </form>
  );
}
