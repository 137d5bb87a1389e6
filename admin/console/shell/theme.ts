import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** From light to dark; white text on the seventh has a contrast of more than 4.5. */
const trellis: MantineColorsTuple = [
  '#e6f7f1',
  '#cdeee2',
  '#9fdcc5',
  '#6dc9a6',
  '#3fb389',
  '#1d9a70',
  '#0b7a5b',
  '#08664c',
  '#06523d',
  '#033a2b',
];

/** A night sky rather than Mantine's grey; the eighth is behind everything, the seventh behind cards. */
const dark: MantineColorsTuple = [
  '#d5dbe1',
  '#b5bec7',
  '#98a3ae',
  '#6b7784',
  '#3f4a56',
  '#303a45',
  '#242d37',
  '#181f27',
  '#10151b',
  '#0a0e12',
];

export const theme = createTheme({
  primaryColor: 'trellis',
  primaryShade: 6,
  autoContrast: true,
  colors: { trellis, dark },
  defaultRadius: 'md',
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", sans-serif',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: { fontWeight: '650' },
  components: {
    Anchor: { defaultProps: { underline: 'always' } },
    // It would be a child of the menu that is no item of it.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Card: { defaultProps: { withBorder: true, padding: 'md', radius: 'md' } },
    Tooltip: {
      defaultProps: { withArrow: true, events: { hover: true, focus: true, touch: true } },
    },
  },
});

/** Greys of side texts, dark or light enough to be read (WCAG AA, 4.5 to 1) on cards and beside them. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5a6570',
    '--mantine-color-placeholder': '#66717c',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-yellow-light-color': '#7a4d00',
    '--mantine-color-orange-light-color': '#8f3a00',
    '--mantine-color-red-light-color': '#a61e1e',
    '--mantine-color-gray-light-color': '#495057',
  },
  dark: {
    '--mantine-color-dimmed': '#a3aeb9',
    '--mantine-color-placeholder': '#93a0ac',
    '--mantine-color-error': '#ff8787',
  },
});

/** Colours of a chart's series, in their order; told apart in light and dark. */
export const SERIES_COLORS = [
  'trellis.6',
  'indigo.5',
  'orange.6',
  'grape.5',
  'cyan.6',
  'red.5',
  'lime.7',
  'pink.5',
  'yellow.7',
  'gray.6',
] as const;
