import { Button, Group, Popover, Stack, Text } from "@mantine/core";
import { type ReactElement, type ReactNode, useId, useState } from "react";

interface ConfirmButtonProps {
  readonly question: ReactNode;
  readonly confirmLabel: string;
  readonly keepLabel: string;
  readonly onConfirm: () => void;
  /** The button that asks. */
  readonly children: (ask: () => void) => ReactElement;
}

/**
 * For what cannot be taken back: the first click asks, the second does it. What keeps things has the focus, so that a
 * key that is pressed twice takes nothing away; so do Escape and clicks elsewhere.
 */
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
          <Text id={questionId} size="sm" style={{ overflowWrap: "anywhere" }}>
            {question}
          </Text>
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={close} data-autofocus>
              {keepLabel}
            </Button>
            <Button size="xs" color="red.9" onClick={confirm}>
              {confirmLabel}
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
