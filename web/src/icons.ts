// Line icons, 20 by 20, drawn in the text's colour.

import { svg } from './dom';

const PATHS = {
  overview: 'M3 3h6v6H3zM11 3h6v6h-6zM3 11h6v6H3zM11 11h6v6h-6z',
  points: 'M4 4h5M4 4v12M4 10h5M4 16h5M12 4h5M12 10h5M12 16h5',
  trend: 'M3 3v14h14M5 13l4-5 3 3 5-7',
  menu: 'M3 5h14M3 10h14M3 15h14',
  sun: 'M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM10 2v2M10 16v2M2 10h2M16 10h2M4.3 4.3l1.5 1.5M14.2 14.2l1.5 1.5M4.3 15.7l1.5-1.5M14.2 5.8l1.5-1.5',
  moon: 'M15.5 12.5A6.5 6.5 0 0 1 7.5 4.5a6.5 6.5 0 1 0 8 8z',
  auto: 'M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14',
  help: 'M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM8 8a2 2 0 1 1 2.6 1.9c-.4.2-.6.5-.6.9v.7M10 14v.2',
  search: 'M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM13 13l4 4',
  close: 'M5 5l10 10M15 5L5 15',
  chevron: 'M8 5l5 5-5 5',
  copy: 'M7 7h9v9H7zM4 13V4h9',
  link: 'M8.5 11.5l3-3M7 9l-2 2a2.8 2.8 0 0 0 4 4l2-2M13 11l2-2a2.8 2.8 0 0 0-4-4L9 7',
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
  left: 'M12 5l-5 5 5 5',
  right: 'M8 5l5 5-5 5',
  back: 'M8 5L4 9l4 4M4 9h8a4 4 0 0 1 0 8h-2',
  fit: 'M10 3v14M7 6l3-3 3 3M7 14l3 3 3-3',
  table: 'M3 4h14v12H3zM3 8h14M3 12h14M8 4v12',
  save: 'M10 3v9M6.5 8.5L10 12l3.5-3.5M4 16h12',
  eye: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  hidden: 'M3 3l14 14M5 6.5C3 8 2 10 2 10s3 5 8 5c1.5 0 2.8-.4 4-1M8.5 5.2C9 5 9.5 5 10 5c5 0 8 5 8 5s-.6 1-1.7 2.2',
  cursors: 'M6 3v14M14 3v14M6 12h8M8 10l-2 2 2 2M12 10l2 2-2 2',
  options: 'M3 6h8M15 6h2M3 14h2M9 14h8M13 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM7 12a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  note: 'M4 3h12v10l-4 4H4zM12 17v-4h4M7 7h6M7 10h4',
  panel: 'M3 4h14v12H3zM8 4v12',
  envelope: 'M3 8c3-4 5 2 8-1s4-3 6-2M3 14c3-4 5 2 8-1s4-3 6-2',
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): SVGElement {
  return svg('svg', {
    class: 'icon', viewBox: '0 0 20 20', width: 20, height: 20, 'aria-hidden': 'true', focusable: 'false',
  }, svg('path', { d: PATHS[name] }));
}
