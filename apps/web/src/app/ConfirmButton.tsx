import { Button, Group, Popover, Stack, Text } from "@mantine/core";
import { type ReactElement, useId, useState } from "react";

interface ConfirmButtonProps {
  readonly question: string;
  readonly confirmLabel: string;
  readonly keepLabel: string;
  readonly onConfirm: () => void;
  /** The button that asks. */
  readonly children: (ask: () => void) => ReactElement;
}

/** For what cannot be taken back: the first click asks, the second does it. Escape and clicks elsewhere keep things. */
export function ConfirmButton({ question, confirmLabel, keepLabel, onConfirm, children }: ConfirmButtonProps) {
  const [isOpen, setIsOpen] = useState(false);
  const questionId = useId();
  const close = () => setIsOpen(false);
  const confirm = () => {
    close();
    onConfirm();
  };
  return (
    <Popover opened={isOpen} onChange={setIsOpen} trapFocus returnFocus withArrow shadow="md" width={280} zIndex={400}>
      <Popover.Target>{children(() => setIsOpen(!isOpen))}</Popover.Target>
      <Popover.Dropdown role="alertdialog" aria-labelledby={questionId}>
        <Stack gap="sm">
          <Text id={questionId} size="sm">
            {question}
          </Text>
          <Group gap="xs">
            <Button size="xs" color="red.9" onClick={confirm}>
              {confirmLabel}
            </Button>
            <Button size="xs" variant="default" onClick={close}>
              {keepLabel}
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
