import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** The one accent. */
const accent: MantineColorsTuple = [
  '#eef2ff',
  '#dfe5fd',
  '#bcc8f8',
  '#96a9f2',
  '#768eec',
  '#5f7be6',
  '#4c68da',
  '#3b55c4',
  '#3047a8',
  '#253785',
];

/** Grey with a breath of blue, calmer than the default beside the accent. */
const gray: MantineColorsTuple = [
  '#f8f9fb',
  '#f1f3f6',
  '#e6e9ee',
  '#d7dbe2',
  '#bfc5cf',
  '#98a0ae',
  '#6f7887',
  '#535c6b',
  '#38404d',
  '#1f2530',
];

const dark: MantineColorsTuple = [
  '#dfe2e8',
  '#b9bfca',
  '#9aa2b0',
  '#6d7585',
  '#3d434f',
  '#2c313b',
  '#22262e',
  '#191c22',
  '#14161b',
  '#0f1115',
];

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  colors: { accent, gray, dark },
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  defaultRadius: 'sm',
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '16px' },
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.125rem', lineHeight: '1.4' },
      h2: { fontSize: '0.875rem', lineHeight: '1.45' },
      h3: { fontSize: '0.8125rem', lineHeight: '1.45' },
    },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' }, styles: { root: { fontWeight: 500 } } },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', allowDeselect: false, comboboxProps: { shadow: 'md' } } },
    Menu: { defaultProps: { shadow: 'md', withinPortal: true } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 } } },
  },
});

/** Colours of our own, and the two of the library that miss the contrast of WCAG AA. */
export const variables: CSSVariablesResolver = () => ({
  variables: {
    '--series-1': '#4c68da',
    '--series-2': '#d9822b',
    '--series-3': '#2f9e8f',
    '--series-4': '#a855a8',
    '--series-5': '#8a6d3b',
    '--series-6': '#5b8dbf',
  },
  light: {
    '--mantine-color-dimmed': '#596273',
    '--mantine-color-placeholder': '#6b7484',
    '--mantine-color-error': '#b3261e',
    '--kp-bg': '#ffffff',
    '--kp-side': '#f6f7f9',
    '--kp-line': '#e4e7ec',
    '--kp-hover': '#f1f3f7',
    '--kp-selected': '#e8edfd',
    '--kp-good': '#0a7040',
    '--kp-bad': '#b3261e',
    '--kp-warn': '#8a5300',
    '--kp-axis': '#596273',
    '--kp-before': '#b3bac6',
  },
  dark: {
    '--mantine-color-body': '#14161b',
    '--mantine-color-dimmed': '#9aa2b0',
    '--mantine-color-placeholder': '#8b93a2',
    '--mantine-color-error': '#ff8a80',
    '--kp-bg': '#14161b',
    '--kp-side': '#0f1115',
    '--kp-line': '#2a2f39',
    '--kp-hover': '#1d2128',
    '--kp-selected': '#232c4a',
    '--kp-good': '#5fd39a',
    '--kp-bad': '#ff8a80',
    '--kp-warn': '#f0b45c',
    '--kp-axis': '#9aa2b0',
    '--kp-before': '#5a6372',
    '--series-1': '#7f96f0',
    '--series-2': '#f0a35e',
    '--series-3': '#5cc9b8',
    '--series-4': '#d28bd2',
    '--series-5': '#c7a46b',
    '--series-6': '#8fb8e0',
  },
});
