// Film: every chunk of every shot by step, clips as they come, and what the film is made of. And one chunk.

import { h } from './dom.js';
import { ask } from './actions.js';
import { called, chip, empty, link, panel, table, tile } from './parts.js';
import { colored, why } from './page-holds.js';
import { bytes, count, moment, percent, plural, span, when } from './format.js';

const ENDED = ['succeeded', 'failed', 'cancelled'];

export const film = {
  name: 'film',
  title: (ctx) => (ctx.data.film ? ctx.data.film.film.name : 'Film'),
  topics: ([story]) => [{ page: 'film', story }],
  render(ctx) {
    const page = ctx.data.film;
    return [head(ctx, page), figures(page), why(page), watch(page), map(page), clips(page), files(page)];
  },
};

function head(ctx, page) {
  const { film: it } = page;
  const isOpen = !ENDED.includes(it.state);
  return h('div', { class: 'page-head', key: 'head' },
    h('div', null,
      h('p', { class: 'crumbs' }, link('/', 'Farm now'), ' / film ', h('code', null, it.id)),
      h('h1', null, it.name, ' ', chip(it.state)),
      it.atRisk && h('p', { class: 'note is-stranded' }, 'At risk: ' + it.atRisk),
      page.ending.code && h('p', { class: 'note is-failed' }, h('code', null, page.ending.code), ' ', page.ending.message)),
    ctx.about.may.includes('cancel') && h('div', { class: 'buttons' },
      isOpen && h('button', { type: 'button', class: 'danger', key: 'cancel', onclick: () => ask({
        action: 'cancel', subject: it.id, title: `Cancel ${it.name}?`, danger: true, yes: 'Cancel the film', reason: true,
        text: 'Its workers stop at once. Finished shots stay, and are found again if the story is submitted again.',
      }) }, 'Cancel …'),
      it.state === 'failed' && h('button', { type: 'button', class: 'primary', key: 'retry', onclick: () => ask({
        action: 'retry', subject: it.id, title: `Have ${it.name} go on?`, yes: 'Go on', reason: true,
        text: 'It goes on where it stood; failures of before count no more.',
      }) }, 'Go on …')));
}

function figures(page) {
  const { amount, millisLeft, submitted } = page.film;
  const kept = page.shots.reduce((sum, shot) => sum + shot.kept.stepsKept, 0);
  const chunks = page.shots.flatMap((shot) => shot.grid.chunks);
  const again = chunks.filter((piece) => piece.attempt > 1).length;
  const time = page.ending.at ? ['Took', span(page.ending.at - submitted)]
    : ['Time left', millisLeft >= 0 ? span(millisLeft) : '–'];
  return h('div', { class: 'tiles', key: 'tiles' },
    tile('Done', percent(amount.fraction), null,
      `${count(amount.stepsDone)} of ${count(amount.stepsTotal)} denoise steps`),
    tile(time[0], time[1], null, `submitted ${when(submitted)}`),
    tile('Film', count(amount.frames), 'frames',
      `${(amount.frames / page.made.frameRateHz).toFixed(1)} s at ${page.made.frameRateHz} frames/s`),
    tile('Workers', count(amount.workers), null, page.made.engineClass || 'no engine class is chosen yet'),
    tile('Kept', count(kept), 'steps', 'would outlive the loss of every worker'),
    tile('Begun again', count(again), again === 1 ? 'chunk' : 'chunks', `of ${plural(chunks.length, 'chunk')}`));
}

function watch(page) {
  const has = (name) => page.files.some((file) => file.name === name);
  if (!has('film.mp4')) {
    return null;
  }
  return panel('The film', null, h('div', { class: 'screen' },
    h('video', { controls: true, preload: 'metadata', src: `/files/${page.film.id}/film.mp4`, 'aria-label': page.film.name }),
    has('contact-sheet.png') && h('a', { href: `/files/${page.film.id}/contact-sheet.png`, target: '_blank' },
      h('img', { src: `/files/${page.film.id}/contact-sheet.png`, alt: 'Contact sheet', loading: 'lazy' }))));
}

const LEGEND = [['waiting', 'waiting'], ['leased', 'rendering'], ['done', 'done'], ['again', 'begun again'],
  ['failing', 'given up before']];

function map(page) {
  if (!page.shots.some((shot) => shot.grid.chunks.length)) {
    return panel('Chunks', null, empty('Not planned yet',
      'The plan follows from the model of the first worker that fits.'));
  }
  return panel('Chunks by denoise step', h('ul', { class: 'legend' }, LEGEND.map(([state, label]) =>
    h('li', { key: state }, h('i', { class: 'is-' + state, 'aria-hidden': 'true' }), label)),
    h('li', { key: 'local' }, h('i', { class: 'seam-key is-local', 'aria-hidden': 'true' }), 'boundary within a worker'),
    h('li', { key: 'remote' }, h('i', { class: 'seam-key is-remote', 'aria-hidden': 'true' }), 'exchanged between workers')),
    h('ol', { class: 'map' }, page.shots.map((shot, row) => h('li', { key: shot.id, class: 'row' },
      h('div', { class: 'row-head' },
        h('b', null, shot.id),
        chip(shot.state, shot.reused ? 'taken from an earlier rendering' : shot.state),
        h('span', { class: 'sub' }, shot.kept.stepsTotal
          ? `${count(shot.kept.stepsDone)} / ${count(shot.kept.stepsTotal)} steps` : '')),
      h('ol', { class: 'cells', 'aria-label': `Chunks of ${shot.id}` }, shot.grid.chunks.map((piece, column) =>
        h('li', { key: column }, column > 0 && h('i', { 'aria-hidden': 'true',
          class: 'seam is-' + (shot.grid.remote[column - 1] ? 'remote' : 'local') }),
          cell(page, shot, row, piece, column)))),
      h('div', { class: 'segments', role: 'img', 'aria-label': `Segments of ${shot.id}: ${
        shot.grid.segments.filter((piece) => piece.state === 'DONE').length} of ${shot.grid.segments.length} decoded` },
        shot.grid.segments.map((piece, index) => h('i', { key: index, class: 'is-' + piece.state.toLowerCase() })))))));
}

function cell(page, shot, row, piece, column) {
  const state = piece.state.toLowerCase();
  const steps = shot.grid.chunkSteps;
  const words = [`chunk ${column}`, called(state), `step ${piece.stepsDone} of ${steps}`,
    piece.attempt > 1 ? `attempt ${piece.attempt}` : '', piece.failures ? plural(piece.failures, 'failure') : '',
    piece.worker, piece.state === 'WAITING' ? shot.grid.reasons[column] : ''].filter(Boolean).join(', ');
  return h('a', {
    href: `/films/${page.film.id}/shots/${row}/chunks/${column}`, 'data-link': true, 'data-at': `${row} ${column}`,
    class: `cell is-${state}` + (piece.failures ? ' is-failing' : piece.attempt > 1 ? ' is-again' : ''),
    'aria-label': words, title: words,
  }, h('i', { 'aria-hidden': 'true', style: { height: steps ? `${(100 * piece.stepsDone) / steps}%` : '0%' } }),
  h('span', { 'aria-hidden': 'true' }, piece.attempt > 1 ? String(piece.attempt) : ''));
}

function clips(page) {
  const there = page.shots.filter((shot) => shot.seen.clip);
  if (!there.length && !page.shots.some((shot) => shot.seen.draft.key || shot.seen.draft.why)) {
    return null;
  }
  return panel('Shots', h('span', { class: 'sub' }, `${there.length} of ${page.shots.length} can be watched`),
    h('div', { class: 'clips' }, page.shots.map((shot, row) => h('figure', { key: shot.id }, seen(page, shot, row),
      h('figcaption', null, h('b', null, shot.id), ' ', plural(shot.frames, 'frame'),
        !shot.seen.clip && shot.seen.draft.key && `, draft after step ${shot.seen.draft.step} of ${shot.grid.chunkSteps}`)))));
}

function seen(page, shot, row) {
  const { clip, draft: it } = shot.seen;
  if (clip) {
    return h('video', { controls: true, muted: true, loop: true, preload: 'metadata', src: `/files/${page.film.id}/${clip}`,
      'aria-label': 'Clip of ' + shot.id });
  }
  return it.key ? draft(page, shot, row) : h('div', { class: 'no-clip' }, chip(shot.state),
    it.why && h('p', { class: 'sub' }, 'No draft: ' + it.why));
}

/** Frames one under the other, of which one is seen; all pass by while it is pointed at or focused. */
function draft(page, shot, row) {
  const { draft: it } = shot.seen;
  const words = `Draft of ${shot.id}: ${plural(it.frames, 'frame')} after step ${it.step} of ${shot.grid.chunkSteps}`;
  return h('a', { class: 'draft', href: `/drafts/${page.film.id}/${row}/${it.key}`, target: '_blank', key: 'draft' },
    h('span', { class: 'draft-frame', style: { 'aspect-ratio': `${it.width} / ${it.height}`,
      '--wide': String((it.width / it.height) / 1.6) } },
    h('img', { src: `/drafts/${page.film.id}/${row}/${it.key}`, alt: words, width: it.width, height: it.height * it.frames,
      style: { 'animation-timing-function': `steps(${it.frames})`, 'animation-duration': `${it.frames * 0.25}s`,
        '--still': `${(-100 * Math.floor(it.frames / 2)) / it.frames}%` } })));
}

function files(page) {
  if (!page.files.length) {
    return null;
  }
  return panel('Files', null, table('Files of the film', ['File', { title: 'Size', class: 'right' }],
    page.files.map((file) => h('tr', { key: file.name },
      h('th', { scope: 'row' }, h('a', { href: `/files/${page.film.id}/${file.name}`, download: file.name.replace(/.*\//, '') },
        file.name)),
      h('td', { class: 'right' }, bytes(file.bytes))))));
}

export const chunk = {
  name: 'chunk',
  title: ([, , index]) => 'Chunk ' + index,
  topics: ([story, shot, index]) => [{ page: 'film', story },
    { page: 'lines', story, shot, chunk: index, optional: true }],
  render(ctx) {
    const [story, row, column] = ctx.args;
    const page = ctx.data.film;
    const shot = page.shots[row];
    const piece = shot && shot.grid.chunks[column];
    const crumbs = h('p', { class: 'crumbs' }, link('/', 'Farm now'), ' / ', link('/films/' + story, page.film.name), ' / ',
      shot ? shot.id : 'shot ' + row);
    if (!piece) {
      return [crumbs, empty('No such chunk', 'The film has no chunk ', column, ' in shot ', row, '.')];
    }
    return [
      h('div', { class: 'page-head', key: 'head' }, h('div', null, crumbs,
        h('h1', null, `Chunk ${column} of ${shot.id} `, chip(piece.state.toLowerCase())))),
      h('div', { class: 'tiles', key: 'tiles' },
        tile('Steps', count(piece.stepsDone), `of ${shot.grid.chunkSteps}`, 'denoise steps that hold'),
        tile('Attempt', count(piece.attempt), null, piece.attempt > 1 ? 'leased again after a loss or a failure'
          : piece.attempt ? 'its first lease' : 'never leased yet'),
        tile('Given up', count(piece.failures), piece.failures === 1 ? 'time' : 'times', 'by a worker that said why, below'),
        tile('Worker', piece.worker || '–', null, piece.worker
          ? link('/workers?q=' + encodeURIComponent(piece.worker), 'what else it holds') : 'nobody holds it')),
      because(page, shot, column),
      said(ctx.data.lines),
      panel('What the model is given', null,
        h('p', { class: 'prompt' }, shot.text.prompt),
        h('div', { class: 'clips' }, shot.text.references.map((digest) => h('figure', { key: digest },
          h('img', { src: `/references/${story}/${digest}`, alt: 'Reference picture', loading: 'lazy' }),
          h('figcaption', null, h('code', null, digest.slice(0, 12))))))),
    ];
  },
};

/** What its workers and coordinators have said of it, the latest last. */
function said(page) {
  if (!page) {
    return null;
  }
  return panel('Log lines', h('span', { class: 'sub' }, 'kept with the film'), page.lines.length
    ? table('What was said of the chunk', ['Time', 'Level', { title: 'Attempt', class: 'right' }, 'Worker', 'Said'],
      page.lines.map((line, index) => h('tr', { key: index },
        h('td', null, moment(line.at)),
        h('td', null, line.level),
        h('td', { class: 'right' }, line.attempt ? String(line.attempt) : ''),
        h('td', null, line.worker),
        h('td', null, line.text))))
    : empty('Nothing was said', 'Lines come with its first lease.'));
}

/** Why it stands where it stands, with what speaks for it and what to do. */
function because(page, shot, column) {
  const reason = shot.grid.reasons[column];
  const held = page.holds.find((it) => it.reason === reason);
  return held && panel('Why it stands where it stands', null, h('p', null,
    h('span', { class: 'chip ' + colored(reason) }, h('i', { 'aria-hidden': 'true' }), reason.replaceAll('-', ' ')),
    ' ', held.films[0].evidence, '. To do: ', held.remedy, '.'));
}

chunk.title = (ctx) => 'Chunk ' + ctx.args[2];
