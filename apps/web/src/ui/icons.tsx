import type { ReactNode } from "react";

/** Strokes on a 24 x 24 grid, in the colour of the text beside them. Always decoration: the button carries the name. */
const icon = (drawing: ReactNode) =>
  function Icon({ size = 18 }: { readonly size?: number }) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.8}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
        style={{ flex: "none" }}
      >
        {drawing}
      </svg>
    );
  };

export const PauseIcon = icon(<path d="M9 6v12M15 6v12" />);
export const PlayIcon = icon(<path d="M8 5.5v13l10.5-6.5z" />);
export const RetryIcon = icon(<path d="M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9.4M20 4.5v5h-5" />);
export const CloseIcon = icon(<path d="M6 6l12 12M18 6L6 18" />);
export const DeleteIcon = icon(<path d="M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 12.5h9l1-12.5M10.5 10.5v5.5M13.5 10.5v5.5" />);
export const UploadIcon = icon(<path d="M12 16V4.5M7.5 9 12 4.5 16.5 9M4.5 15v4.5h15V15" />);
export const DownloadIcon = icon(<path d="M12 4.5V16M7.5 11.5 12 16l4.5-4.5M4.5 15v4.5h15V15" />);
export const CheckIcon = icon(<path d="M5 12.5l4.5 4.5L19 7.5" />);
export const WarningIcon = icon(<path d="M12 4 2.8 19.5h18.4zM12 10v4.5M12 17v.2" />);
export const ClockIcon = icon(<path d="M12 7.5V12l3 2M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z" />);
export const ChevronIcon = icon(<path d="M6 9.5l6 6 6-6" />);
export const BackIcon = icon(<path d="M19 12H5M11 6l-6 6 6 6" />);
export const SunIcon = icon(
  <path d="M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4" />,
);
export const MoonIcon = icon(<path d="M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z" />);
export const SystemIcon = icon(<path d="M3.5 5h17v11h-17zM9 20h6M12 16v4" />);
export const ZoomInIcon = icon(
  <path d="M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5 20.5 20.5M10.5 7.5v6M7.5 10.5h6" />,
);
export const ZoomOutIcon = icon(
  <path d="M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5 20.5 20.5M7.5 10.5h6" />,
);
export const HomeIcon = icon(<path d="M4 11.5 12 4.5l8 7M6 10v9.5h12V10" />);
export const RotateLeftIcon = icon(<path d="M5 12a7.5 7.5 0 1 0 2.2-5.3L4.5 9.4M4.5 4.5v5h5" />);
export const RotateRightIcon = icon(<path d="M19 12a7.5 7.5 0 1 1-2.2-5.3l2.7 2.7M19.5 4.5v5h-5" />);
export const FullScreenIcon = icon(<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5" />);
export const LeaveFullScreenIcon = icon(<path d="M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5" />);
export const LinkIcon = icon(
  <path d="M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7L11.800 6.500M14 10a4 4 0 0 0-5.700 0l-3.100 3.100a4 4 0 0 0 5.700 5.700l1.300-1.300" />,
);
export const OneToOneIcon = icon(<path d="M4.500 8.500 7 7v10M16.500 8.500 19 7v10M12 10v.2M12 14.500v.2" />);
export const LayersIcon = icon(
  <path d="M12 4 3.5 8.500 12 13l8.500-4.500zM4 12.500l8 4.200 8-4.200M4 16.300l8 4.200 8-4.200" />,
);
export const NextIcon = icon(<path d="M9.5 6l6 6-6 6" />);
export const PreviousIcon = icon(<path d="M14.5 6l-6 6 6 6" />);
export const DoubtIcon = icon(
  <path d="M12 3.5a8.500 8.500 0 1 1 0 17 8.500 8.500 0 0 1 0-17zM9.500 9.800a2.500 2.500 0 1 1 3.700 2.200c-.8.5-1.200.900-1.200 1.800M12 16.500v.2" />,
);
export const AscendingIcon = icon(<path d="M7 19V5M3.5 8.500 7 5l3.500 3.500M13 7h3M13 12h5M13 17h7" />);
export const DescendingIcon = icon(<path d="M7 5v14M3.500 15.500 7 19l3.500-3.500M13 7h7M13 12h5M13 17h3" />);
