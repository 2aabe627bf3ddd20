import { Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { ButtonLink } from "./links.tsx";
import { PageTitle } from "./PageTitle.tsx";

interface MessagePageProps {
  readonly title: string;
  readonly pageTitle: string;
  readonly children: ReactNode;
  /** Beside the way back to the library. */
  readonly action?: ReactNode;
}

/** A page that has only a sentence and a way out. */
export function MessagePage({ title, pageTitle, children, action }: MessagePageProps) {
  return (
    <Stack align="center" justify="center" gap="md" mih="60vh" p="lg">
      <title>{`${pageTitle} – Tilewright`}</title>
      <PageTitle size="h2" ta="center">
        {title}
      </PageTitle>
      <Text c="dimmed" ta="center" maw={520}>
        {children}
      </Text>
      {action}
      <ButtonLink to="/">Back to the library</ButtonLink>
    </Stack>
  );
}
