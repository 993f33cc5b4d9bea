// Before anything is painted: the colours and the language that were chosen last, so that nothing flashes.
(() => {
  const root = document.documentElement;
  let scheme = 'auto';
  let language = '';
  try {
    scheme = localStorage.getItem('kupets.scheme') || 'auto';
    language = localStorage.getItem('kupets.language') || '';
  } catch {
    // Storage is refused: the defaults hold.
  }
  const dark = scheme === 'dark' || (scheme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
  root.lang = language || (navigator.language.startsWith('ru') ? 'ru' : 'en');
})();
