import { MessagePage } from "../app/MessagePage.tsx";

export function SlideNotFound() {
  return (
    <MessagePage title="This slide does not exist" pageTitle="Slide not found">
      The link may be incomplete, or the slide was on another server.
    </MessagePage>
  );
}
