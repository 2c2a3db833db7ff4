// Farm now: whether all is well, at a glance, and the films under way.

import { h } from './dom.js';
import { chart, show } from './chart.js';
import { chip, empty, filters, link, panel, shots, stack, table, tile } from './parts.js';
import { clock, count, percent, plural, span, speed, when } from './format.js';

export const farm = {
  name: 'farm',
  title: () => 'Farm now',
  topics: () => [{ page: 'farm' }, { page: 'history', optional: true }],
  render(ctx) {
    const page = ctx.data.farm;
    return [
      h('h1', { class: 'hidden', key: 'h1' }, 'Farm now'),
      verdict(page),
      tiles(page),
      ctx.data.history && throughput(ctx),
      films(ctx, page),
      ended(page),
    ];
  },
};

/** One sentence that says whether somebody has to do something. */
function verdict(page) {
  const risky = page.films.filter((film) => film.atRisk);
  const crew = page.crew.busy + page.crew.idle + page.crew.stranded;
  let state = 'succeeded';
  let text = page.films.length ? 'All is well: work flows.' : 'All is well: nothing is waiting.';
  if (!page.settled) {
    [state, text] = ['waiting', 'Dispatch has just started and asks around; it deals out work in a moment.'];
  } else if (page.heldUp) {
    [state, text] = ['failed', 'Nothing new is leased: ' + page.heldUp];
  } else if (page.films.length && crew === 0) {
    [state, text] = ['failed', 'Films wait and there is no worker that takes work.'];
  } else if (page.crew.missing) {
    [state, text] = ['failed', plural(page.crew.missing, 'worker') + ' with work in hand does not answer; '
      + 'the work goes to others when it is given up.'];
  } else if (risky.length) {
    [state, text] = ['stranded', `${plural(risky.length, 'film')} at risk: ${risky[0].name}: ${risky[0].atRisk}.`];
  } else if (page.crew.stranded) {
    [state, text] = ['stranded', `${plural(page.crew.stranded, 'idle worker')} cannot help: `
      + 'the films that wait are of another engine class.'];
  }
  return h('p', { class: 'verdict is-' + state, key: 'verdict', role: 'status' }, h('i', { 'aria-hidden': 'true' }), text);
}

function tiles(page) {
  const left = page.films.map((film) => film.millisLeft).filter((millis) => millis >= 0);
  const { crew, chunks, speed: pace } = page;
  return h('div', { class: 'tiles', key: 'tiles' },
    tile('Goodput', speed(pace.framesPerSecond), 'frames/s', `${speed(pace.timesRealTime)} × real time`),
    tile('Workers', count(crew.busy), `busy of ${count(crew.busy + crew.idle + crew.stranded + crew.draining)}`, null,
      stack([
        { state: 'busy', value: crew.busy, label: 'busy' },
        { state: 'idle', value: crew.idle, label: 'idle' },
        { state: 'stranded', value: crew.stranded, label: 'stranded' },
        { state: 'draining', value: crew.draining, label: 'draining' },
        { state: 'missing', value: crew.missing, label: 'lost' },
      ], 'Workers')),
    tile('Chunks', count(chunks.waiting), 'waiting', null, stack([
      { state: 'waiting', value: chunks.waiting, label: 'waiting' },
      { state: 'busy', value: chunks.leased, label: 'rendering' },
      { state: 'done', value: chunks.done, label: 'done' },
    ], 'Chunks of films under way')),
    tile('Films under way', count(page.films.length), null,
      left.length ? `the next one in about ${span(Math.min(...left))}` : 'no time known yet'),
    tile('Done twice', count(pace.redoneFrames), 'frames', `lost and rendered again, since ${clock(
      Math.max(pace.since, page.at - 3600000))}`));
}

function throughput(ctx) {
  const isDay = ctx.query.get('over') === 'day';
  const course = isDay ? ctx.data.history.day : ctx.data.history.hour;
  show(course);
  const choice = (value, label) => h('button', { type: 'button', class: 'choice', key: label,
    'aria-pressed': String((ctx.query.get('over') || '') === value), onclick: () => ctx.filter('over', value) }, label);
  return panel('Frames a second', h('div', { class: 'choices', role: 'group', 'aria-label': 'Over' },
    choice('', 'hour'), choice('day', 'day')),
    course.seconds.length
      ? chart(course, `Frames a second over the last ${isDay ? 'day' : 'hour'}; the highest is ${
        speed(Math.max(...course.framesPerSecond))}`)
      : h('p', { class: 'sub', key: 'none' }, isDay ? 'The first five minutes are not over.' : 'The first ten seconds are not over.'));
}

function films(ctx, page) {
  const text = (ctx.query.get('q') || '').toLowerCase();
  const state = ctx.query.get('state') || '';
  const is = (film, wanted) => wanted === 'risk' ? film.atRisk : film.state === wanted;
  const shown = page.films.filter((film) => film.name.toLowerCase().includes(text) || film.id.includes(text))
    .filter((film) => !state || is(film, state));
  const number = (wanted) => page.films.filter((film) => is(film, wanted)).length;
  if (page.films.length === 0) {
    return panel('Films under way', null, empty('No film is under way', 'Submit one with ',
      h('code', null, 'longtake submit story.yaml'), '.'));
  }
  return panel('Films under way',
    filters(ctx, [['running', 'rendering', number('running')], ['pending', 'waiting', number('pending')],
      ['risk', 'at risk', number('risk')]], 'Name of a film'),
    table('Films under way', ['Film', 'State', 'Shots', { title: 'Done', class: 'right' },
      { title: 'Steps', class: 'right' }, { title: 'Workers', class: 'right' }, { title: 'Time left', class: 'right' },
      { title: 'Since', class: 'right' }],
      shown.map((film) => h('tr', { key: film.id },
        h('th', { scope: 'row' }, link('/films/' + film.id, film.name), film.atRisk
          && h('span', { class: 'risk' }, film.atRisk)),
        h('td', null, chip(film.state)),
        h('td', { class: 'wide' }, shots(film)),
        h('td', { class: 'right' }, percent(film.amount.fraction)),
        h('td', { class: 'right' }, film.amount.stepsTotal
          ? `${count(film.amount.stepsDone)} / ${count(film.amount.stepsTotal)}` : '–'),
        h('td', { class: 'right' }, count(film.amount.workers)),
        h('td', { class: 'right' }, film.millisLeft >= 0 ? span(film.millisLeft) : '–'),
        h('td', { class: 'right' }, when(film.submitted))))),
    shown.length < page.films.length && h('p', { class: 'sub', key: 'more' },
      `${count(shown.length)} of ${count(page.films.length)} films`));
}

function ended(page) {
  if (page.ended.length === 0) {
    return null;
  }
  return panel('Ended lately', null, table('Films that ended lately', ['Film', 'State', 'What became of it',
    { title: 'Frames', class: 'right' }, { title: 'Took', class: 'right' }, { title: 'Ended', class: 'right' }],
    page.ended.slice(0, 12).map((film) => h('tr', { key: film.id },
      h('th', { scope: 'row' }, link('/films/' + film.id, film.name)),
      h('td', null, chip(film.state)),
      h('td', { class: 'wide' }, film.code && h('code', null, film.code), film.message && ' ' + film.message),
      h('td', { class: 'right' }, count(film.frames)),
      h('td', { class: 'right' }, film.ended ? span(film.ended - film.submitted) : '–'),
      h('td', { class: 'right' }, film.ended ? when(film.ended) : '–')))));
}
