// The shell: which page the address means, what it follows, and what is around it.

import { h, patch } from './dom.js';
import { Live } from './live.js';
import { farm } from './page-farm.js';
import { film, chunk } from './page-film.js';
import { holds } from './page-holds.js';
import { workers } from './page-workers.js';
import { failures } from './page-failures.js';
import { takes } from './page-takes.js';
import { control } from './page-control.js';
import { tenants } from './page-tenants.js';
import { worlds, nowhere } from './page-empty.js';
import { login, leave } from './login.js';
import { clock } from './format.js';

/** In the order of the navigation; those without a name are reached from others. */
const PAGES = [
  { path: /^\/$/, href: '/', name: 'Farm now', page: farm },
  { path: /^\/holds$/, href: '/holds', name: 'What holds chunks', page: holds },
  { path: /^\/workers$/, href: '/workers', name: 'Workers', page: workers },
  { path: /^\/failures$/, href: '/failures', name: 'Failures', page: failures },
  { path: /^\/takes$/, href: '/takes', name: 'Takes', page: takes },
  { path: /^\/control$/, href: '/control', name: 'Control plane', page: control },
  { path: /^\/tenants$/, href: '/tenants', name: 'Tenants', page: tenants },
  { path: /^\/worlds$/, href: '/worlds', name: 'Worlds', page: worlds },
  { path: /^\/films\/([\w-]+)$/, page: film },
  { path: /^\/films\/([\w-]+)\/shots\/(\d+)\/chunks\/(\d+)$/, page: chunk },
];

const main = document.getElementById('main');
let about = { readOnly: true, may: [], node: '', version: '' };
let here = null;
let data = {};
let problem = '';
let isDrawing = false;

const live = new Live((state, heardAt) => {
  const words = {
    idle: '', connecting: 'connecting', live: 'live', silent: 'no answer since ' + clock(heardAt || Date.now()),
  };
  const node = document.getElementById('live');
  node.className = 'live is-' + state;
  if (node.textContent !== words[state]) {
    node.textContent = words[state];
  }
});

function route() {
  for (const entry of PAGES) {
    const match = entry.path.exec(location.pathname);
    if (match) {
      return { page: entry.page, args: match.slice(1), href: entry.href };
    }
  }
  return { page: nowhere, args: [] };
}

function context() {
  return {
    args: here.args,
    data,
    about,
    query: new URLSearchParams(location.search),
    filter(name, value) {
      const query = new URLSearchParams(location.search);
      if (value) {
        query.set(name, value);
      } else {
        query.delete(name);
      }
      const text = query.toString();
      history.replaceState(null, '', location.pathname + (text ? '?' + text : ''));
      draw();
    },
    redraw: draw,
  };
}

function open() {
  if (about.asks) {
    drawNav();
    login(main);
    return;
  }
  here = route();
  data = {};
  problem = '';
  live.follow(here.page.topics(here.args),
    (topic, page) => {
      data[topic.page] = page;
      problem = '';
      draw();
    },
    (topic, why) => {
      problem = why;
      draw();
    });
  drawNav();
  drawNow();
}

/** Many changes in a row are drawn once. */
function draw() {
  if (!isDrawing) {
    isDrawing = true;
    requestAnimationFrame(() => {
      isDrawing = false;
      drawNow();
    });
  }
}

function drawNow() {
  const ctx = context();
  const isThere = here.page.topics(here.args).every((topic) => data[topic.page] || topic.optional);
  document.title = here.page.title(ctx) + ' · Longtake';
  main.dataset.page = here.page.name;
  main.dataset.state = problem ? 'problem' : isThere ? 'there' : 'waiting';
  patch(main, [
    problem && h('p', { class: 'note is-failed', role: 'alert', key: 'problem' }, problem),
    isThere ? here.page.render(ctx)
      : !problem && h('p', { class: 'waiting', key: 'waiting' }, 'Asking the coordinator …'),
  ]);
}

function drawNav() {
  patch(document.getElementById('nav'), h('ul', null, PAGES.filter(isThere).map((entry) =>
    h('li', { key: entry.href }, h('a', {
      href: entry.href, 'data-link': true, 'aria-current': here.href === entry.href ? 'page' : null,
    }, entry.name)))));
}

/** Who may not see a page is not shown the way to it. */
function isThere(entry) {
  return entry.name && !about.asks && (entry.page !== control || about.mayControl);
}

/** Who looks, where people are told apart. */
function drawWho() {
  patch(document.getElementById('who'), about.who ? [
    h('span', { key: 'name', title: `${about.role} of ${about.tenant === '*' ? 'all tenants' : about.tenant}` }, about.who),
    h('button', { key: 'leave', type: 'button', class: 'quiet', onclick: leave }, 'Log out'),
  ] : []);
}

function drawTheme() {
  const button = document.getElementById('theme');
  const chosen = document.documentElement.dataset.theme || 'auto';
  const next = { auto: 'light', light: 'dark', dark: 'auto' }[chosen];
  button.textContent = { auto: '◐', light: '☀', dark: '☾' }[chosen];
  button.setAttribute('aria-label', `Theme: ${chosen}. Change to ${next}`);
  button.title = `Theme: ${chosen}`;
  button.onclick = () => {
    if (next === 'auto') {
      delete document.documentElement.dataset.theme;
    } else {
      document.documentElement.dataset.theme = next;
    }
    try {
      localStorage.setItem('theme', next);
    } catch (e) {
      // It holds until the page is left.
    }
    drawTheme();
    window.dispatchEvent(new Event('themechange'));
  };
}

document.addEventListener('click', (event) => {
  const anchor = event.target.closest('a[data-link]');
  const isPlain = !event.defaultPrevented && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
  if (anchor && isPlain) {
    event.preventDefault();
    history.pushState(null, '', anchor.getAttribute('href'));
    open();
    main.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }
});
window.addEventListener('popstate', open);

/** Arrows move among the cells of a map, as in a table. */
document.addEventListener('keydown', (event) => {
  const cell = event.target.closest ? event.target.closest('.cell') : null;
  const way = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
  if (!cell || !way) {
    return;
  }
  const [row, column] = cell.dataset.at.split(' ').map(Number);
  const next = main.querySelector(`.cell[data-at="${row + way[0]} ${column + way[1]}"]`);
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

/** A session that has ended asks for the token again. */
live.onRefused = () => fetch('/api/about').then((answer) => answer.json()).then((answer) => {
  if (answer.asks) {
    location.reload();
  }
}).catch(() => {});

fetch('/api/about').then((answer) => answer.json()).then((answer) => {
  about = { may: [], ...answer };
  document.body.classList.toggle('read-only', about.readOnly && !about.asks);
  drawWho();
  open();
}).catch(() => open());
drawTheme();
