// Control plane: the coordinators, their stores, and who changed what.

import { h } from './dom.js';
import { chip, empty, panel, table, tile } from './parts.js';
import { bytes, count, seconds, span, when } from './format.js';

export const control = {
  name: 'control',
  title: () => 'Control plane',
  topics: () => [{ page: 'control' }],
  render(ctx) {
    const page = ctx.data.control;
    const { self } = page;
    return [
      h('h1', { class: 'hidden', key: 'h1' }, 'Control plane'),
      (self.notReady || self.heldUp) && h('p', { class: 'note is-failed', key: 'note' }, self.notReady || self.heldUp),
      h('div', { class: 'tiles', key: 'tiles' },
        tile('Leader', page.leader || 'another one', null, page.settled ? 'deals out the work of the farm' : 'asks around, and deals out nothing yet'),
        tile('This coordinator', self.notReady ? 'not ready' : 'ready', null, `version ${self.version}, up ${span(page.at - self.startedAt)}`),
        tile('Dispatch, p99', page.self.dispatch.count ? seconds(page.self.dispatch.high) : '–', null,
          page.self.dispatch.count ? `median ${seconds(page.self.dispatch.median)} a run` : 'runs at another coordinator'),
        tile('Lease, p99', page.self.lease.count ? seconds(page.self.lease.high) : '–', null,
          page.self.lease.count ? `median ${seconds(page.self.lease.median)} until it is in the journal` : 'none was dealt out here'),
        tile('Journal', self.journal, null, freeText(page, 'journal')),
        tile('Artifacts', page.freeBytes.artifacts === undefined ? 'bucket' : bytes(page.freeBytes.artifacts),
          page.freeBytes.artifacts === undefined ? null : 'free', 'pictures, latents, frames, films'),
        tile('Latent store', bytes(page.latentStoreBytes), null, 'slabs and checkpoints held now')),
      panel('Coordinators', null, table('Coordinators', ['Coordinator', 'Role', { title: 'Workers', class: 'right' }],
        page.nodes.map((node) => h('tr', { key: node.name },
          h('th', { scope: 'row' }, node.name === 'alone' ? 'this one, alone' : node.name),
          h('td', null, node.name === page.leader ? chip('busy', 'leads') : chip('idle', page.leader ? 'standby' : 'is there')),
          h('td', { class: 'right' }, count(node.workers)))))),
      panel('Who changed what', null, page.audit.length
        ? table('Actions', ['When', 'Action', 'What', 'Reason', 'From', 'Outcome'], page.audit.map((entry, index) =>
          h('tr', { key: entry.at + ':' + index },
            h('th', { scope: 'row' }, when(entry.at)), h('td', null, entry.action), h('td', null, h('code', null, entry.subject)),
            h('td', { class: 'wide' }, entry.reason || '–'), h('td', null, entry.from),
            h('td', null, entry.outcome === 'done' ? chip('done') : entry.outcome))))
        : empty('Nothing was changed from a dashboard', 'Actions of this coordinator’s dashboard are written to audit.jsonl in its folder.')),
    ];
  },
};

function freeText(page, disk) {
  return page.freeBytes[disk] === undefined ? 'in a database of its own' : `${bytes(page.freeBytes[disk])} free`;
}
