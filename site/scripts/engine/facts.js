// Computes what a text implies: when a ban ends, how far a clock is off, the nearest quantity. Words nothing.
// Instants are whole microseconds since 1970.

import { countWhole, formatDecimal, isEqual, multiply, readDecimal } from "./decimal.js";

const LATEST = 4_102_444_800; // 2100-01-01, beyond which a number is no time of ours
const FIGURE = "(\\d{1,15}(?:\\.\\d{1,20})?)\\b";

// Compile the pattern of a figure behind one of these keys, as JSON, Python and query strings print it.
function keyed(keys, value = FIGURE) {
  return new RegExp(`(?<![A-Za-z])(?:${keys})["']?[ \\t-\\r]{0,4}[:=][ \\t-\\r]{0,4}["'\\[]{0,2}${value}`, "i");
}

// Figures that clients print beside an error; the first of each counts.
const TEXT_FIGURES = Object.entries({
  retry_after: keyed("retry-after", "(\\d{1,6})\\b"),
  used: keyed("x-(?:mbx|sapi)-used-(?:ip-|uid-)?weight-1m", "(\\d{1,7})\\b"),
  limit: keyed("gw-ratelimit-limit", "(\\d{1,7})\\b"),
  request_time: keyed("timestamp", "(\\d{13})\\b"),
  server_time: keyed("server_?time", "(\\d{13})\\b"),
  server_date: keyed("date", "((?:mon|tue|wed|thu|fri|sat|sun), \\d\\d \\w{3} \\d{4} [\\d:]{8} gmt)"),
  quantity: keyed("quantity|qty|origqty|amount|size|volume"),
  step: keyed("stepsize|step_size|step|lotsize|baseincrement"),
  price: keyed("price|limitprice|stopprice"),
  tick: keyed("ticksize|tick_size|tick|priceincrement"),
  min_quantity: keyed("minqty|min_qty|baseminsize"),
  min_notional: keyed("minnotional|min_notional|minfunds"),
  symbol: keyed("symbol", "([A-Z0-9]{2,15}[-_/]?[A-Z0-9]{2,15})\\b"),
});

const PRIVATE = ["request_time", "server_time", "server_date"];

// Return the facts that follow from captures and from the figures around them, as texts by name.
export function computeFacts(captures, text, now) {
  const found = TEXT_FIGURES.map(([name, pattern]) => [name, pattern.exec(text)?.[1]]);
  const figures = found.filter(([, value]) => value !== undefined);
  const values = { ...Object.fromEntries(figures), ...captures };
  const shown = figures.filter(([name]) => !Object.hasOwn(captures, name) && !PRIVATE.includes(name));
  const computed = [ban(values, now), clock(values), nearest(values), notional(values)];
  return Object.assign(Object.fromEntries(shown), ...computed);
}

function ban(values, now) {
  const end = readInstant(values.until ?? "");
  if (end === null) return {};
  const date = new Date(Math.floor(end / 1000));
  const left = end - now;
  const facts = { ban_end: date.toISOString(), ban_end_local: formatLocal(date) };
  return { ...facts, ...(left > 0 ? { ban_left: formatSeconds(left) } : { ban_over: formatSeconds(-left) }) };
}

// Return date and time in the local zone, with its offset.
function formatLocal(date) {
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19);
  const two = (number) => String(number).padStart(2, "0");
  const size = Math.abs(offset);
  return `${local}${offset < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function clock(values) {
  const client = readInstant(values.client_time || (values.request_time ?? ""));
  const server = readInstant(values.server_time ?? "") ?? readHttpDate(values.server_date ?? "");
  if (client === null || server === null) return {};
  // A Date header has no fractions: between 0 and 1 s later than it says.
  const ahead = client - server - (Object.hasOwn(values, "server_time") ? 0 : 500_000);
  if (Math.abs(ahead) < 500) return {};
  return ahead > 0 ? { clock_ahead: formatSeconds(ahead) } : { clock_late: formatSeconds(-ahead) };
}

const STEPS = [
  ["quantity", "step", "nearest_quantity"],
  ["price", "tick", "nearest_price"],
];

function nearest(values) {
  const facts = {};
  for (const [value, step, name] of STEPS) {
    const wanted = readDecimal(values[value]);
    const unit = readDecimal(values[step]);
    if (!wanted || !unit || unit.digits <= 0n) continue;
    const near = multiply(countWhole(wanted, unit), unit);
    if (!isEqual(near, wanted)) facts[name] = formatDecimal(near);
  }
  return facts;
}

function notional(values) {
  const price = readDecimal(values.price);
  const quantity = readDecimal(values.quantity);
  return price?.digits && quantity?.digits ? { notional: formatDecimal(multiply(price, quantity)) } : {};
}

const UNITS = { 10: 1, 13: 1e3, 16: 1e6, 19: 1e9 };
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:Z|([+-])(\d\d):?(\d\d))?)?$/;

// Read a Unix time in s, ms, µs or ns, or an ISO date and time (UTC where no zone is given).
function readInstant(text) {
  if (/^\d+$/.test(text)) {
    const seconds = Number(text) / (UNITS[text.length] ?? Infinity);
    return seconds > 0 && seconds < LATEST ? toMicroseconds(seconds) : null;
  }
  const match = ISO.exec(text);
  if (!match) return null;
  const [year, month, day, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((part) => part && Number(part));
  const [, , , , , , , fraction = "", sign, hours, minutes] = match;
  if (year < 1970 || year >= 2100 || hours > 23 || minutes > 59) return null;
  const when = toInstant(year, month, day, hour, minute, second);
  const offset = sign ? Number(`${sign}1`) * (hours * 60 + Number(minutes)) : 0;
  return when === null ? null : when + Number(fraction.slice(0, 6).padEnd(6, "0")) - offset * 60_000_000;
}

// Return the instant of a date and time in UTC, or null if the calendar or the clock has none such.
function toInstant(year, month, day, hour, minute, second) {
  const when = new Date(0);
  when.setUTCFullYear(year, month - 1, day);
  when.setUTCHours(hour, minute, second);
  const isSame =
    when.getUTCFullYear() === year && when.getUTCMonth() === month - 1 && when.getUTCDate() === day && year > 0;
  return isSame && hour < 24 && minute < 60 && second < 60 ? when.getTime() * 1000 : null;
}

// Round to whole microseconds as Python's `timedelta` does: half to even.
function toMicroseconds(seconds) {
  const exact = (seconds % 1) * 1e6;
  const whole = Math.floor(seconds) * 1e6 + Math.floor(exact);
  const rest = exact % 1;
  return whole + (rest > 0.5 || (rest === 0.5 && whole % 2 === 1) ? 1 : 0);
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

// Read the date of an HTTP header; two times of day are known, `12:30:05` and `012:0030`.
function readHttpDate(text) {
  const match = /^\w+, (\d\d) (\w{3}) (\d{4}) (\d+):(\d+)(?::(\d+))? gmt$/i.exec(text);
  if (!match) return null;
  const [day, year, hour, minute, second] = [1, 3, 4, 5, 6].map((group) => Number(match[group] ?? 0));
  const month = MONTHS.indexOf(match[2].toLowerCase()) + 1;
  const full = year > 99 ? year : year > 68 ? year + 1900 : year + 2000;
  return month ? toInstant(full, month, day, hour, minute, second) : null;
}

function formatSeconds(microseconds) {
  return formatThousandths(microseconds / 1e6);
}

// Format with three decimals as Python does: a tie, which only sixteenths can be, goes to the even digit.
export function formatThousandths(value) {
  const isTie = (value * 16) % 2 === 1;
  const below = Math.floor(value * 1000);
  return isTie && below % 2 === 0 ? (below / 1000).toFixed(3) : value.toFixed(3);
}
