// Words computed facts for people, in each language. Computes none.

import { formatThousandths } from "./facts.js";

const TIMES = ["ban_end", "ban_end_local", "request_time", "server_time"];
const DURATIONS = ["ban_left", "ban_over", "clock_ahead", "clock_late", "retry_after"];

// Return the facts as a person reads them: times as `2022-08-10 00:13 UTC`, durations as `12 minutes left`.
export function wordFacts(facts, language) {
  const worded = Object.entries(facts).map(([name, value]) => {
    if (TIMES.includes(name)) return [name, wordTime(value, name.endsWith("_local"))];
    if (DURATIONS.includes(name)) return [name, (WORDINGS[name] ?? plain)(Number(value), language)];
    return [name, value];
  });
  return Object.fromEntries(worded);
}

function wordTime(value, isLocal) {
  return `${value.slice(0, 10)} ${value.slice(11, 16)} ${isLocal ? value.slice(19).replace(":", "") : "UTC"}`;
}

const SIZES = [
  [31_536_000, "year", "年"],
  [86_400, "day", "天"],
  [3_600, "hour", "小时"],
  [60, "minute", "分钟"],
  [1, "second", "秒"],
];

function rough(seconds, language) {
  const found = SIZES.find(([size]) => seconds >= size);
  if (!found) return language === "en" ? "less than a second" : "不到 1 秒";
  const [size, en, zh] = found;
  const count = Math.floor(seconds / size);
  return language === "en" ? `${count} ${en}${count === 1 ? "" : "s"}` : `${count} ${zh}`;
}

function plain(seconds, language) {
  if (seconds >= 120) return rough(seconds, language);
  const number = formatThousandths(seconds).replace(/\.?0+$/, "");
  return language === "en" ? `${number} s` : `${number} 秒`;
}

const WORDINGS = {
  ban_left: (seconds, language) => (language === "en" ? `${rough(seconds, "en")} left` : `还剩 ${rough(seconds, "zh")}`),
  ban_over: (seconds, language) =>
    language === "en" ? `ended ${rough(seconds, "en")} ago` : `已于 ${rough(seconds, "zh")}前结束`,
};
