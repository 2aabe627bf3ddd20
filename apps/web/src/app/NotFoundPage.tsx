import { MessagePage } from "../ui/MessagePage.tsx";

export function NotFoundPage() {
  return (
    <MessagePage title="There is no such page" pageTitle="Not found">
      The address may be mistyped.
    </MessagePage>
  );
}
