// The field for a token, where the farm asks people who they are; and the way out.

import { h, patch } from './dom.js';

export function login(main) {
  document.title = 'Log in · Longtake';
  main.dataset.page = 'login';
  main.dataset.state = 'there';
  show(main, '');
}

function show(main, why) {
  patch(main, h('form', { class: 'login panel', key: 'login', onsubmit: (event) => {
    event.preventDefault();
    send(main, main.querySelector('input').value);
  } },
  h('h1', null, 'Log in'),
  h('p', null, 'This farm asks who you are. Paste your token; ', h('code', null, 'longtake tokens create'), ' makes one.'),
  why && h('p', { class: 'note is-failed', role: 'alert' }, why),
  h('label', null, 'Token', h('input', { type: 'password', name: 'token', autocomplete: 'current-password', required: true })),
  h('div', { class: 'buttons' }, h('button', { type: 'submit', class: 'primary' }, 'Log in'))));
  main.querySelector('input').focus();
}

async function post(path, body) {
  return fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Longtake-Request': '1' },
    body: JSON.stringify(body),
  });
}

async function send(main, token) {
  try {
    const answer = await post('/api/login', { token });
    if (answer.ok) {
      location.reload();
    } else {
      show(main, (await answer.json()).error);
    }
  } catch (e) {
    show(main, 'The coordinator did not answer.');
  }
}

export async function leave() {
  try {
    await post('/api/logout', {});
  } finally {
    location.assign('/');
  }
}
