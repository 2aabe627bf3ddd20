import type OpenSeadragon from "openseadragon";

/**
 * Lays another source of the same image over the one that is shown and takes the old one away once nothing of the new
 * one is missing: the view neither moves nor flickers.
 *
 * @returns gives it up; what is shown stays.
 */
export function replaceImage(
  viewer: OpenSeadragon.Viewer,
  tileSource: string,
  onReplaced: () => void,
  onFailed: () => void,
): () => void {
  let isGivenUp = false;
  const shown = viewer.world.getItemAt(0);
  viewer.addTiledImage({
    tileSource,
    success: (event) => {
      const { item } = event as unknown as { item: OpenSeadragon.TiledImage };
      if (isGivenUp) return viewer.world.removeItem(item);
      item.whenFullyLoaded(() => {
        if (isGivenUp) return;
        viewer.world.removeItem(shown);
        onReplaced();
      });
    },
    error: () => isGivenUp || onFailed(),
  });
  return () => {
    isGivenUp = true;
  };
}
