// Workers: every one of them, busy ones too.

import { h } from './dom.js';
import { ask } from './actions.js';
import { chip, empty, filters, link, panel, table } from './parts.js';
import { count, when } from './format.js';

const STATES = [['busy', 'busy'], ['idle', 'idle'], ['stranded', 'stranded'], ['draining', 'draining'],
  ['drained', 'drained'], ['quarantined', 'quarantined'], ['missing', 'lost']];

export const workers = {
  name: 'workers',
  title: () => 'Workers',
  topics: () => [{ page: 'workers' }],
  render(ctx) {
    const all = ctx.data.workers.workers;
    const text = (ctx.query.get('q') || '').toLowerCase();
    const state = ctx.query.get('state') || '';
    const shown = all.filter((worker) => !state || worker.state === state)
      .filter((worker) => [worker.id, worker.engineClass, worker.model, worker.node].join(' ').toLowerCase().includes(text));
    const choices = STATES.map(([word, label]) => [word, label, all.filter((worker) => worker.state === word).length]);
    return [
      h('h1', { class: 'hidden', key: 'h1' }, 'Workers'),
      panel('Workers', filters(ctx, choices, 'Name, engine class, model, coordinator'),
        all.length === 0
          ? empty('No worker is here', 'Start one with ', h('code', null, 'longtake worker --coordinator HOST:PORT'), '.')
          : [table('Workers', ['Worker', 'State', 'Holds', 'Engine class', 'Model', 'Coordinator',
            ctx.about.may.includes('drain') && { title: 'Change', class: 'right' }].filter(Boolean),
          shown.map((worker) => row(worker, ctx.about.may))),
          h('p', { class: 'sub', key: 'sum' }, `${count(shown.length)} of ${count(all.length)} workers`)]),
    ];
  },
};

function row(worker, may) {
  return h('tr', { key: worker.id + '/' + worker.boot, 'data-worker': worker.id },
    h('th', { scope: 'row' }, worker.id, h('span', { class: 'sub boot' }, worker.boot.slice(0, 8))),
    h('td', null, chip(worker.state), worker.mark
      && h('span', { class: 'sub reason' }, worker.mark.reason
        + (worker.mark.until ? `, until ${when(worker.mark.until)}` : ''))),
    h('td', { class: 'wide' }, worker.holds.length ? held(worker.holds) : h('span', { class: 'sub' }, 'nothing')),
    h('td', null, h('code', null, worker.engineClass || '–')),
    h('td', null, worker.model || '–'),
    h('td', null, worker.node || '–'),
    may.includes('drain') && h('td', { class: 'right' }, change(worker)));
}

function change(worker) {
  return worker.mark
    ? button(worker, 'release', 'Release', 'It gets work again with the next round of dispatch.')
    : [button(worker, 'drain', 'Drain',
      'It ends what it holds and gets nothing new, also after a restart, until it is released.'),
    button(worker, 'quarantine', 'Quarantine',
      'What it holds goes to others at once, and it gets nothing new until it is released.')];
}

function button(worker, action, label, text) {
  return h('button', { type: 'button', class: 'quiet', key: action, 'aria-label': `${label} ${worker.id}`,
    onclick: () => ask({ action, subject: worker.id, title: `${label} ${worker.id}?`, yes: label, reason: true, text }),
  }, label + ' …');
}

/** Runs of chunks of one shot, not each by itself. */
function held(holds) {
  const runs = new Map();
  for (const it of holds) {
    const key = it.story + it.shot + it.kind;
    const run = runs.get(key) || { ...it, indexes: [] };
    run.indexes.push(it.index);
    runs.set(key, run);
  }
  return h('ul', { class: 'plain' }, [...runs].slice(0, 4).map(([key, run]) => h('li', { key },
    link('/films/' + run.story, run.name), ` · ${run.shotId} · ${run.kind}${run.indexes.length > 1 ? 's' : ''} `
      + ranges(run.indexes))), runs.size > 4 && h('li', { key: 'more', class: 'sub' }, `and ${runs.size - 4} more`));
}

function ranges(indexes) {
  const sorted = [...indexes].sort((a, b) => a - b);
  const parts = [];
  for (let i = 0; i < sorted.length; i++) {
    const first = sorted[i];
    while (sorted[i + 1] === sorted[i] + 1) {
      i++;
    }
    parts.push(first === sorted[i] ? String(first) : `${first}–${sorted[i]}`);
  }
  return parts.join(', ');
}
