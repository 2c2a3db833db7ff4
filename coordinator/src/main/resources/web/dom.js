// Builds pages from plain descriptions and changes only what differs, so that the focus, an open menu
// or a playing clip stays where it is. Text is only ever set as text.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Describes an element.
 *
 * props: attributes; `style` an object of properties; `on…` handlers; `key` what it is among its
 * siblings; `made` called once with the element; `keep` true if its content is somebody else's.
 */
export function h(tag, props, ...kids) {
  return { tag, props: props || {}, kids: flat(kids) };
}

function flat(kids) {
  const out = [];
  for (const kid of kids) {
    if (Array.isArray(kid)) {
      out.push(...flat(kid));
    } else if (kid !== null && kid !== undefined && kid !== false && kid !== '') {
      out.push(typeof kid === 'object' ? kid : String(kid));
    }
  }
  return out;
}

/** Makes the children of an element those that are described. */
export function patch(parent, kids) {
  const keyed = new Map();
  for (const node of parent.childNodes) {
    if (node.described && node.described.props.key !== undefined) {
      keyed.set(node.described.props.key, node);
    }
  }
  let at = parent.firstChild;
  for (const kid of flat([kids])) {
    const node = reuse(kid, at, keyed) || make(kid, parent);
    if (node === at) {
      at = at.nextSibling;
    } else {
      parent.insertBefore(node, at);
    }
    update(node, kid);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function reuse(kid, at, keyed) {
  if (typeof kid === 'string') {
    return at && at.nodeType === Node.TEXT_NODE ? at : null;
  }
  if (kid.props.key !== undefined) {
    const node = keyed.get(kid.props.key);
    return node && node.described.tag === kid.tag ? node : null;
  }
  const fits = at && at.described && at.described.tag === kid.tag && at.described.props.key === undefined;
  return fits ? at : null;
}

function make(kid, parent) {
  if (typeof kid === 'string') {
    return document.createTextNode(kid);
  }
  const isSvg = kid.tag === 'svg' || parent.namespaceURI === SVG;
  const node = isSvg ? document.createElementNS(SVG, kid.tag) : document.createElement(kid.tag);
  node.described = { tag: kid.tag, props: { key: kid.props.key }, kids: [] };
  return node;
}

function update(node, kid) {
  if (typeof kid === 'string') {
    if (node.data !== kid) {
      node.data = kid;
    }
    return;
  }
  const before = node.described.props;
  const isNew = !node.wasMade;
  for (const name of Object.keys(before)) {
    if (!(name in kid.props)) {
      set(node, name, undefined, before[name]);
    }
  }
  for (const [name, value] of Object.entries(kid.props)) {
    set(node, name, value, before[name]);
  }
  node.described = kid;
  if (!kid.props.keep) {
    patch(node, kid.kids);
  }
  if (isNew) {
    node.wasMade = true;
    if (kid.props.made) {
      kid.props.made(node);
    }
  }
}

function set(node, name, value, before) {
  if (name === 'key' || name === 'made' || name === 'keep' || value === before) {
    return;
  }
  if (name === 'style') {
    for (const [property, of] of Object.entries(value || {})) {
      node.style.setProperty(property, of);
    }
  } else if (name.startsWith('on')) {
    node[name.toLowerCase()] = value || null;
  } else if (name === 'value') {
    if (node.value !== value) {
      node.value = value;
    }
  } else if (value === undefined || value === null || value === false) {
    node.removeAttribute(name);
  } else {
    node.setAttribute(name, value === true ? '' : value);
  }
}
