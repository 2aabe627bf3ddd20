import { refusalOf } from "@tilewright/client";
import { MessagePage } from "../ui/MessagePage.tsx";

interface SlideNotFoundProps {
  readonly error: unknown;
  /** It was shown until a moment ago. */
  readonly wasHere: boolean;
}

export function SlideNotFound({ error, wasHere }: SlideNotFoundProps) {
  if (wasHere) {
    return (
      <MessagePage title="This slide was deleted" pageTitle="Slide deleted">
        Somebody has just deleted it, with its file and its pyramid.
      </MessagePage>
    );
  }
  if (refusalOf(error)?.code === "INVALID_INPUT") {
    return (
      <MessagePage title="This slide does not exist" pageTitle="Slide not found">
        The link is incomplete or mistyped.
      </MessagePage>
    );
  }
  return (
    <MessagePage title="This slide is no longer here" pageTitle="Slide not found">
      It was deleted, or the link leads to another server.
    </MessagePage>
  );
}
