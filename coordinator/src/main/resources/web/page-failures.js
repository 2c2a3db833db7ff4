// Failures: films by cause, and work that was begun again.

import { h } from './dom.js';
import { chip, empty, link, panel, table } from './parts.js';
import { count, plural, when } from './format.js';

export const failures = {
  name: 'failures',
  title: () => 'Failures',
  topics: () => [{ page: 'failures' }],
  render(ctx) {
    const page = ctx.data.failures;
    return [h('h1', { class: 'hidden', key: 'h1' }, 'Failures'), causes(page), retried(page)];
  },
};

function causes(page) {
  if (!page.causes.length) {
    return panel('Films that failed, by cause', null, empty('No film has failed', 'None of the last hundred that ended.'));
  }
  return panel('Films that failed, by cause', null, page.causes.map((cause) => h('details', {
    key: cause.code, class: 'cause', open: true,
  }, h('summary', null, h('code', null, cause.code), ' ', plural(cause.films.length, 'film')),
  table('Films that failed with ' + cause.code, ['Film', 'Why', { title: 'When', class: 'right' }],
    cause.films.map((film) => h('tr', { key: film.id },
      h('th', { scope: 'row' }, link('/films/' + film.id, film.name)),
      h('td', { class: 'wide' }, film.message),
      h('td', { class: 'right' }, when(film.ended))))))));
}

function retried(page) {
  if (!page.retried.length) {
    return panel('Work that was begun again', null, empty('Nothing was begun again', 'In no film that is under way.'));
  }
  return panel('Work that was begun again', null, table('Work that was begun again',
    ['Film', 'Piece', 'State', { title: 'Attempts', class: 'right' }, { title: 'Given up', class: 'right' }, 'Worker now'],
    page.retried.slice(0, 200).map((it) => h('tr', { key: it.story + it.shot + it.kind + it.index },
      h('th', { scope: 'row' }, link('/films/' + it.story, it.name)),
      h('td', null, it.kind === 'chunk'
        ? link(`/films/${it.story}/shots/${it.shot}/chunks/${it.index}`, `${it.shotId}, chunk ${it.index}`)
        : `${it.shotId}, segment ${it.index}`),
      h('td', null, chip(it.piece.state.toLowerCase())),
      h('td', { class: 'right' }, count(it.piece.attempt)),
      h('td', { class: 'right' }, count(it.piece.failures)),
      h('td', null, it.piece.worker || '–')))));
}
