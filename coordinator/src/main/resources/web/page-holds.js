// What holds chunks: one bar for each reason; where all are empty, everything flows.

import { h } from './dom.js';
import { empty, link, panel, table } from './parts.js';
import { count, plural } from './format.js';

/** The colour of a reason: who or what has to come first. */
const COLORS = {
  running: 'busy', flowing: 'busy', neighbours: 'busy', busy: 'waiting', share: 'waiting', quota: 'waiting', planning: 'waiting', chunks: 'waiting',
  joining: 'decoding', finishing: 'decoding', draining: 'draining', settling: 'draining', unheard: 'draining',
  'other-model': 'stranded', 'no-worker': 'failed', 'held-up': 'failed', 'worker-away': 'missing',
};

export function colored(reason) {
  return 'is-' + (COLORS[reason] || 'waiting');
}

export const holds = {
  name: 'holds',
  title: () => 'What holds chunks',
  topics: () => [{ page: 'holds' }],
  render(ctx) {
    const { reasons } = ctx.data.holds;
    const most = Math.max(1, ...reasons.map((it) => it.chunks + it.segments));
    const held = reasons.filter((it) => it.waits);
    const number = held.reduce((sum, it) => sum + it.chunks + it.segments, 0);
    const chosen = reasons.find((it) => it.reason === ctx.query.get('reason'));
    return [
      h('h1', { class: 'hidden', key: 'h1' }, 'What holds chunks'),
      h('p', { class: 'verdict ' + (number ? 'is-waiting' : 'is-succeeded'), key: 'verdict', role: 'status' },
        h('i', { 'aria-hidden': 'true' }), number
          ? plural(number, 'piece') + ' of work cannot go on yet, each for one reason.' : 'Everything flows.'),
      panel('Held, by reason', null, bars(ctx, held, most)),
      panel('Under way', null, bars(ctx, reasons.filter((it) => !it.waits), most)),
      chosen && films(chosen),
    ];
  },
};

function bars(ctx, reasons, most) {
  return h('ul', { class: 'bars' }, reasons.map((it) => {
    const number = it.chunks + it.segments;
    const isChosen = ctx.query.get('reason') === it.reason;
    return h('li', { key: it.reason }, h('button', {
      type: 'button', class: 'bar' + (number ? '' : ' none'), 'aria-pressed': String(isChosen),
      onclick: () => ctx.filter('reason', isChosen ? '' : it.reason),
    }, h('span', { class: 'bar-name' }, it.reason.replaceAll('-', ' ')),
    h('span', { class: 'bar-line', 'aria-hidden': 'true' },
      h('i', { class: colored(it.reason), style: { width: `${(100 * number) / most}%` } })),
    h('b', null, count(number)),
    h('span', { class: 'sub' }, number ? it.remedy : '')));
  }));
}

function films(it) {
  const name = 'Films held by: ' + it.reason.replaceAll('-', ' ');
  if (!it.films.length) {
    return panel(name, null, empty('None', 'Nothing stands for this reason now.'));
  }
  return panel(name, null, h('p', { class: 'sub' }, 'What to do: ' + it.remedy + '.'),
    table(name, ['Film', { title: 'Chunks', class: 'right' }, { title: 'Segments', class: 'right' }, 'What speaks for it'],
      it.films.map((film) => h('tr', { key: film.id },
        h('th', { scope: 'row' }, link('/films/' + film.id, film.name)),
        h('td', { class: 'right' }, count(film.chunks)), h('td', { class: 'right' }, count(film.segments)),
        h('td', { class: 'wide' }, film.evidence)))));
}

/** The same of one film. */
export function why(page) {
  const held = page.holds.filter((it) => it.waits);
  if (!held.length) {
    return null;
  }
  return panel('What holds it', null, h('ul', { class: 'plain' }, held.map((it) => h('li', { key: it.reason },
    h('span', { class: 'chip ' + colored(it.reason) }, h('i', { 'aria-hidden': 'true' }), it.reason.replaceAll('-', ' ')),
    ` ${plural(it.chunks + it.segments, 'piece')}: ${it.films[0].evidence}. `,
    h('span', { class: 'sub' }, 'To do: ' + it.remedy + '.')))));
}
