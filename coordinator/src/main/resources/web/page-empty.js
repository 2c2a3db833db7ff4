// Pages of what this version has not, which say so.

import { empty, link } from './parts.js';
import { h } from './dom.js';

function page(name, title, ...text) {
  return { name, title: () => title, topics: () => [],
    render: () => [h('h1', { class: 'hidden', key: 'h1' }, title), empty(...text)] };
}

export const worlds = page('worlds', 'Worlds', 'There is no library of worlds',
  'In this version each story brings its world along; the pictures that a shot is given are on the pages of its chunks.');
export const nowhere = page('nowhere', 'Not found', 'There is no such page', link('/', 'Farm now'), ' is the first one.');
