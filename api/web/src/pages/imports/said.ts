/** Flags of the command line that the form of this page has under another name: keys of `imports.options`. */
const FIELDS: Record<string, string> = {
  sheet: 'sheet',
  'date-format': 'date_format',
  'decimal-comma': 'decimal_mark',
  'decimal-point': 'decimal_mark',
  'time-zone': 'time_zone',
  'header-row': 'header_row',
  encoding: 'encoding',
  round: 'round',
  'keep-ids': 'keep_ids',
  append: 'append',
  attributes: 'attributes',
  preset: 'preset',
};

/** What the importer says, which the command line shows too: its flags by the names of the fields of this page. */
export function said(message: string, nameOf: (option: string) => string): string {
  return message
    .replace(/ \(`\w+` over HTTP\)/g, '')
    .replace(/--([a-z]+(?:-[a-z]+)*)/g, (flag, name: string) => {
      const option = FIELDS[name];
      return option ? `“${nameOf(option)}”` : flag;
    })
    .replace(/(“[^”]+”) or \1/g, '$1');
}
