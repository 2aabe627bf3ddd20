import { Stack, Text, Title } from "@mantine/core";
import { UploadIcon } from "../ui/icons.tsx";
import { ChooseFilesButton } from "../upload/ChooseFilesButton.tsx";
import styles from "./EmptyLibrary.module.css";

export function EmptyLibrary() {
  return (
    <Stack className={styles["invitation"]} align="center" justify="center" gap="sm">
      <div className={styles["mark"]}>
        <UploadIcon size={32} />
      </div>
      <Title order={2} size="h3" ta="center">
        Drop your first image here
      </Title>
      <Text c="dimmed" ta="center" maw={520}>
        A whole-slide scan (SVS, NDPI, SCN, OME-TIFF, MRXS), a gigapixel photo, a map: TIFF (BigTIFF and GeoTIFF too),
        JPEG, JPEG 2000, JPEG XL, PNG, WebP, AVIF or HEIC, of any size. It is cut into tiles in the background, and you
        can zoom into it as soon as that is done.
      </Text>
      <Text c="dimmed" ta="center" maw={520}>
        Drop a MRXS file and its folder together: they become one slide.
      </Text>
      <ChooseFilesButton />
    </Stack>
  );
}
