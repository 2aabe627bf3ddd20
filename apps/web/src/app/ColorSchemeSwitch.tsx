import { ActionIcon, useMantineColorScheme } from "@mantine/core";
import { MoonIcon, SunIcon, SystemIcon } from "../ui/icons.tsx";

const schemes = {
  auto: { next: "light", words: "as the system", icon: SystemIcon },
  light: { next: "dark", words: "light", icon: SunIcon },
  dark: { next: "auto", words: "dark", icon: MoonIcon },
} as const;

/** System, light, dark, and round again. */
export function ColorSchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { next, words, icon: Icon } = schemes[colorScheme];
  const label = `Colour scheme: ${words}. Change to ${schemes[next].words}.`;
  return (
    <ActionIcon
      variant="subtle"
      color="var(--mantine-color-text)"
      size={38}
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(next)}
    >
      <Icon size={20} />
    </ActionIcon>
  );
}
