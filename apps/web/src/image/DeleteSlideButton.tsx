import { Button, Group, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { ImageSummary } from "@tilewright/client";
import { isUnknown, troubleOf } from "../api/trouble.ts";
import { trpc } from "../api/trpc.ts";
import { ConfirmButton } from "../ui/ConfirmButton.tsx";
import { FileName } from "../ui/FileName.tsx";
import { DeleteIcon } from "../ui/icons.tsx";

interface DeleteSlideButtonProps {
  readonly slide: ImageSummary;
  readonly size?: "xs" | "sm";
}

/** Deletes the slide for good, after a question, and goes back to a library without it. */
export function DeleteSlideButton({ slide: { imageId, name }, size = "xs" }: DeleteSlideButtonProps) {
  const utils = trpc.useUtils();
  const navigate = useNavigate();
  const leave = async () => {
    await navigate({ to: "/" });
    await utils.images.list.invalidate();
  };
  const remove = trpc.images.delete.useMutation({
    onSuccess: leave,
    // Somebody else was faster.
    onError: (error) => isUnknown(error) && leave(),
  });
  const error = isUnknown(remove.error) ? null : remove.error;
  return (
    <Group gap="sm">
      {error && (
        <Text size="sm" c="var(--tw-bad)" role="alert">
          {troubleOf(error).sentence}
        </Text>
      )}
      <ConfirmButton
        question={
          <>
            Delete <FileName name={name} />? The uploaded file and its pyramid are gone for good, and a tiling under way
            ends.
          </>
        }
        confirmLabel="Delete slide"
        keepLabel="Keep it"
        onConfirm={() => remove.mutate({ imageId })}
      >
        {(ask) => (
          <Button
            variant="default"
            size={size}
            leftSection={<DeleteIcon size={16} />}
            loading={remove.isPending}
            onClick={ask}
          >
            Delete
          </Button>
        )}
      </ConfirmButton>
    </Group>
  );
}
