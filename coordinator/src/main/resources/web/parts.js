// What several pages are made of. The class of a state decides its colour, everywhere the same.

import { h } from './dom.js';
import { count } from './format.js';

/** What a state is called; its class is the word itself. */
const CALLED = {
  pending: 'waits for workers',
  running: 'rendering',
  assembling: 'assembling',
  succeeded: 'done',
  leased: 'rendering',
  missing: 'lost',
};

export function called(state) {
  return CALLED[state] || state;
}

export function chip(state, label) {
  return h('span', { class: 'chip is-' + state }, h('i', { 'aria-hidden': 'true' }), label || called(state));
}

export function link(href, ...kids) {
  return h('a', { href, 'data-link': true }, kids);
}

export function tile(title, value, unit, sub, extra) {
  return h('section', { class: 'tile', key: title },
    h('h2', null, title),
    h('p', { class: 'figure' }, h('b', null, value), unit && h('span', null, ' ' + unit)),
    extra,
    sub && h('p', { class: 'sub' }, sub));
}

/** A bar of parts: [{state, value, label}]. Only parts that are there are named below it. */
export function stack(parts, label) {
  const total = parts.reduce((sum, part) => sum + part.value, 0);
  const words = parts.map((part) => `${count(part.value)} ${part.label}`).join(', ');
  return [
    h('div', { class: 'stack', role: 'img', 'aria-label': `${label}: ${words}` },
      total === 0 && h('span', { class: 'is-none', style: { 'flex-grow': '1' } }),
      parts.map((part) => part.value > 0 && h('span', {
        key: part.label, class: 'is-' + part.state, style: { 'flex-grow': String(part.value) },
      }))),
    h('ul', { class: 'legend' }, parts.map((part) => h('li', { key: part.label, class: part.value ? '' : 'none' },
      h('i', { class: 'is-' + part.state, 'aria-hidden': 'true' }), h('b', null, count(part.value)), ' ' + part.label))),
  ];
}

/** A film's shots side by side, each filled as far as it is. */
export function shots(film) {
  const words = `${Math.floor(film.amount.fraction * 100)} percent of the film`;
  return h('div', { class: 'shots', role: 'progressbar', 'aria-label': words, 'aria-valuemin': '0',
    'aria-valuemax': '100', 'aria-valuenow': String(Math.floor(film.amount.fraction * 100)) },
    film.shots.map((shot) => h('span', { key: shot.id, title: `${shot.id}: ${shot.state}` },
      h('i', { class: 'is-' + shot.state, style: { width: `${(shot.fraction * 100).toFixed(1)}%` } }))));
}

export function empty(title, ...text) {
  return h('div', { class: 'empty' }, h('h2', null, title), h('p', null, text));
}

export function panel(title, tools, ...kids) {
  return h('section', { class: 'panel', key: title },
    h('div', { class: 'panel-head' }, h('h2', null, title), tools && h('div', { class: 'panel-tools' }, tools)), kids);
}

/** A table that scrolls by itself, so that the page does not. */
export function table(label, heads, rows) {
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label },
    h('table', null,
      h('thead', null, h('tr', null, heads.map((head) => h('th', {
        scope: 'col', class: head.class, key: head.title || head,
      }, head.title || head)))),
      h('tbody', null, rows)));
}

/** A text field and choices that filter what is shown; what they say stands in the address. */
export function filters(ctx, states, placeholder) {
  const chosen = ctx.query.get('state') || '';
  return h('div', { class: 'filters' },
    h('input', { type: 'search', 'aria-label': placeholder, placeholder, value: ctx.query.get('q') || '',
      oninput: (event) => ctx.filter('q', event.target.value) }),
    h('div', { class: 'choices', role: 'group', 'aria-label': 'State' },
      [['', 'all'], ...states].map(([state, label, number]) => h('button', {
        key: state, type: 'button', class: 'choice', 'aria-pressed': String(chosen === state),
        onclick: () => ctx.filter('state', state),
      }, label, number !== undefined && h('span', { class: 'number' }, count(number))))));
}
