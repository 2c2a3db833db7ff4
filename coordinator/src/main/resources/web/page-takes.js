// Takes: what there is to look at.

import { h } from './dom.js';
import { chip, empty, link, panel } from './parts.js';
import { when } from './format.js';

export const takes = {
  name: 'takes',
  title: () => 'Takes',
  topics: () => [{ page: 'takes' }],
  render(ctx) {
    const { films } = ctx.data.takes;
    return [h('h1', { class: 'hidden', key: 'h1' }, 'Takes'),
      panel('Contact sheets', null, films.length
        ? h('div', { class: 'sheets' }, films.map(sheet))
        : empty('Nothing to look at yet', 'Clips come as shots are finished, contact sheets with the film.')),
      h('p', { class: 'sub', key: 'retake' },
        'Change a shot in the story and submit it again: the others are taken as they are.')];
  },
};

function sheet(film) {
  return h('article', { key: film.id, class: 'sheet' },
    h('h2', null, link('/films/' + film.id, film.name), ' ', chip(film.state)),
    h('p', { class: 'sub' }, when(film.submitted)),
    film.sheet
      ? h('a', { href: `/files/${film.id}/${film.sheet}`, target: '_blank' },
        h('img', { src: `/files/${film.id}/${film.sheet}`, alt: 'Contact sheet of ' + film.name, loading: 'lazy' }))
      : h('div', { class: 'clips' }, film.clips.map((clip) => h('video', { key: clip, controls: true, muted: true,
        preload: 'metadata', src: `/files/${film.id}/${clip}`, 'aria-label': clip }))));
}
