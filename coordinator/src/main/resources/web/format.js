// Numbers and times as people read them.

export function count(value) {
  return Math.round(value).toLocaleString('en-US');
}

export function decimal(value, digits = 1) {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A speed: small ones with more digits. */
export function speed(value) {
  return decimal(value, value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

export function percent(fraction) {
  // Not 100 % before it is.
  return Math.floor(fraction * 100 + 1e-9) + ' %';
}

/** A span of time: 45 s, 3 min, 2 h 10 min, 4 days. */
export function span(millis) {
  const seconds = Math.max(0, Math.round(millis / 1000));
  if (seconds < 60) {
    return seconds + ' s';
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) {
    return minutes + ' min';
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 48) {
    return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  }
  return Math.round(hours / 24) + ' days';
}

export function clock(millis) {
  return new Date(millis).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

export function when(millis) {
  const then = new Date(millis);
  const isToday = then.toDateString() === new Date().toDateString();
  const day = then.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return isToday ? clock(millis) : `${day} ${clock(millis)}`;
}

/** To the second, for what happened one after the other. */
export function moment(millis) {
  return `${when(millis).slice(0, -5)}${new Date(millis).toLocaleTimeString('en-GB')}`;
}

export function bytes(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return (unit === 0 || value >= 100 ? Math.round(value) : decimal(value)) + ' ' + units[unit];
}

export function plural(number, one, many) {
  return `${count(number)} ${number === 1 ? one : many || one + 's'}`;
}

// Short times as people say them: 0.8 ms, 35 ms, 2.4 s.
export function seconds(value) {
  const millis = value * 1000;
  return millis < 1000 ? `${decimal(millis, millis < 10 ? 1 : 0)} ms` : `${decimal(value, 1)} s`;
}
