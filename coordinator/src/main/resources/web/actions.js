// What a person can change: asked once more, sent to the coordinator, and told how it went.

import { h, patch } from './dom.js';

/**
 * Asks, and then has the coordinator do it.
 *
 * wish: {action, subject, title, text, yes, danger, reason}; `reason` true to ask for one.
 */
export function ask(wish) {
  const dialog = document.getElementById('ask');
  const back = document.activeElement;
  const close = () => {
    dialog.close();
    if (back && back.isConnected) {
      back.focus();
    }
  };
  const send = (event) => {
    event.preventDefault();
    const field = dialog.querySelector('input');
    close();
    post(wish, field ? field.value : '');
  };
  patch(dialog, h('form', { onsubmit: send, key: wish.action + wish.subject },
    h('h2', { id: 'ask-title' }, wish.title),
    h('p', null, wish.text),
    wish.reason && h('label', null, 'Reason', h('input', {
      name: 'reason', maxlength: '200', autocomplete: 'off', placeholder: 'kept and shown to everybody',
    })),
    h('div', { class: 'buttons' },
      h('button', { type: 'button', class: 'quiet', onclick: close }, 'Leave it'),
      h('button', { type: 'submit', class: wish.danger ? 'danger' : 'primary' }, wish.yes))));
  dialog.showModal();
  const first = dialog.querySelector('input') || dialog.querySelector('button[type=submit]');
  first.focus();
}

async function post(wish, reason) {
  tell('…');
  try {
    const answer = await fetch('/api/actions', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Longtake-Request': '1' },
      body: JSON.stringify({ action: wish.action, subject: wish.subject, reason }),
    });
    const said = await answer.json();
    tell(answer.ok ? `${wish.title.replace(/\?$/, '')}: done` : said.error, !answer.ok);
  } catch (e) {
    tell('The coordinator did not answer; nothing is known to have changed.', true);
  }
}

let timer = 0;

function tell(text, isBad) {
  const node = document.getElementById('told');
  node.textContent = text;
  node.className = 'told is-there' + (isBad ? ' is-failed' : '');
  clearTimeout(timer);
  timer = setTimeout(() => {
    node.className = 'told';
  }, 8000);
}
