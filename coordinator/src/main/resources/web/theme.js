// Runs before the page is painted: the theme that a person chose, or that of the system.
'use strict';
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('theme');
  } catch (e) {
    // Without a memory the system's theme holds.
  }
  if (chosen === 'light' || chosen === 'dark') {
    document.documentElement.dataset.theme = chosen;
  }
})();
