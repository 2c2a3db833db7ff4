// Tenants: the teams that share the farm, and what they have under way.

import { h } from './dom.js';
import { chip, empty, link, panel, table } from './parts.js';
import { count, percent, plural, span, when } from './format.js';

export const tenants = {
  name: 'tenants',
  title: () => 'Tenants',
  topics: () => [{ page: 'tenants' }],
  render(ctx) {
    const all = ctx.data.tenants.tenants;
    if (all.length === 0) {
      return [h('h1', { class: 'hidden', key: 'h1' }, 'Tenants'),
        empty('No tenant has a film', 'A story is of the tenant of the token that it was submitted with.')];
    }
    return [
      h('h1', { class: 'hidden', key: 'h1' }, 'Tenants'),
      panel('Tenants', h('span', { class: 'sub' }, 'workers are shared by weight'), table('Tenants',
        ['Tenant', right('Weight'), right('Share of workers'), right('Has'), right('Chunks'), right('Chunks waiting'), right('Workers’ time today'),
          right('Films'), right('Films waiting'), right('Done lately'), right('Failed lately')],
        all.map((it) => h('tr', { key: it.name, 'data-tenant': it.name },
          h('th', { scope: 'row' }, it.name),
          [it.share.weight || '–', it.share.fair.toFixed(1), it.share.workers.toFixed(1),
            it.share.chunksMax ? `${count(it.share.chunks)} of ${count(it.share.chunksMax)}` : count(it.share.chunks),
            count(it.share.chunksWaiting),
            it.share.usedMax ? `${span(it.share.usedToday)} of ${span(it.share.usedMax)}` : span(it.share.usedToday), count(it.rendering), count(it.waiting), count(it.succeeded), count(it.failed)]
            .map((value) => h('td', { class: 'right' }, value)))))),
      all.filter((it) => it.films.length).map((it) => panel(it.name, h('span', { class: 'sub' }, plural(it.films.length, 'film')),
        table('Films of ' + it.name, ['Film', 'State', 'Owner', 'Submitted', right('Done')],
          it.films.map((film) => h('tr', { key: film.id },
            h('th', { scope: 'row' }, link('/films/' + film.id, film.name)),
            h('td', null, chip(film.state)),
            h('td', null, film.owner || '–'),
            h('td', null, when(film.submitted)),
            h('td', { class: 'right' }, percent(film.fraction))))))),
    ];
  },
};

function right(title) {
  return { title, class: 'right' };
}
