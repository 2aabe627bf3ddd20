import { Button } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { MessagePage } from "../ui/MessagePage.tsx";

/** A fault of the page itself: the rest of the app, uploads above all, goes on. */
export function RouteError({ reset }: ErrorComponentProps) {
  const again = (
    <Button variant="default" onClick={reset}>
      Try again
    </Button>
  );
  return (
    <MessagePage title="This page stumbled" pageTitle="Error" action={again}>
      Something went wrong while showing it. Uploads under way are not affected.
    </MessagePage>
  );
}
