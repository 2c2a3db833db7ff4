// The course of the throughput. Colours come from the style sheet, so that themes hold here too.

import { h } from './dom.js';

/** As the style sheet has it for the theme in force: a canvas knows no variables. */
function color(node, name) {
  node.style.setProperty('color', `var(${name})`);
  const found = getComputedStyle(node).color;
  node.style.removeProperty('color');
  return found;
}

/** The time of a mark, as fine as the marks are apart: two never read the same. */
function clock(tick, seconds) {
  return new Date(tick * 1000).toLocaleTimeString('en-GB',
    { hour: '2-digit', minute: '2-digit', ...(seconds < 60 ? { second: '2-digit' } : {}) });
}

function options(node) {
  const axis = { stroke: color(node, '--text-2'), grid: { stroke: color(node, '--line'), width: 1 }, ticks: { show: false },
    font: '12px system-ui, sans-serif' };
  return {
    width: Math.max(200, node.clientWidth),
    height: 180,
    legend: { show: false },
    cursor: { points: { size: 6 }, y: false },
    scales: { y: { range: (u, low, high) => [0, Math.max(high * 1.1, 0.1)] } },
    axes: [
      { ...axis, size: 28, values: (u, ticks, index, space, seconds) => ticks.map((tick) => clock(tick, seconds)) },
      { ...axis, size: 46 },
    ],
    series: [{}, { label: 'frames a second', stroke: color(node, '--busy'), fill: color(node, '--busy-soft'), width: 1.5 }],
  };
}

/** A chart that is made anew when theme or width change, and else only gets its figures. */
export function chart(course, label) {
  return h('div', {
    class: 'chart', key: 'chart', keep: true, role: 'img', 'aria-label': label,
    made(node) {
      const build = () => {
        if (node.chart) {
          node.chart.destroy();
        }
        node.chart = new window.uPlot(options(node), node.figures || [[], []], node);
      };
      node.build = build;
      window.addEventListener('themechange', build);
      matchMedia('(prefers-color-scheme: dark)').addEventListener('change', build);
      let width = 0;
      new ResizeObserver(() => {
        if (node.clientWidth !== width && node.isConnected) {
          width = node.clientWidth;
          build();
        }
      }).observe(node);
      node.show = (figures) => {
        node.figures = figures;
        if (node.chart) {
          node.chart.setData(figures);
        }
      };
    },
    'data-points': String(course.seconds.length),
    'data-last': String(course.seconds.at(-1) || 0),
  });
}

/** Gives the charts of the page their figures, once it is drawn. */
export function show(course) {
  requestAnimationFrame(() => {
    const node = document.querySelector('.chart');
    if (node && node.show) {
      node.show([course.seconds, course.framesPerSecond]);
    }
  });
}
