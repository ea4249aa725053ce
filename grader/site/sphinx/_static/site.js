// Two helpers: the index of symptoms is filtered, and what scrolls sideways can be scrolled by keyboard.

// Words that say nothing about a symptom, and words for the same thing.
const EMPTY = new Set("a an and are at be but by comes do does for has have i in is it its my of on or s so the this to too with".split(" "));
const SAME = { "0": "zero", zeros: "zero", nans: "nan", infinite: "inf", infinity: "inf", vaes: "vae" };

function wordsOf(text) {
  const found = text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) || [];
  return found.filter((word) => !EMPTY.has(word)).map((word) => SAME[word] || word);
}

// How many of the asked words an entry has; one that is still being typed counts where an entry's word begins with it.
function score(asked, words) {
  return asked.filter((word) => words.some((own) => own.startsWith(word))).length;
}

function filterSymptoms(form) {
  const input = form.querySelector("input");
  const status = form.querySelector("[role=status]");
  const groups = [...document.querySelectorAll("article section section")];
  const items = groups.flatMap((group) => [...group.querySelectorAll("li")]);
  const words = new Map(items.map((item) => [item, wordsOf(item.textContent)]));

  function show() {
    const asked = [...new Set(wordsOf(input.value))];
    const scores = items.map((item) => score(asked, words.get(item)));
    const best = Math.max(...scores);
    const found = asked.length ? items.filter((_, i) => best > 0 && scores[i] === best) : items;
    const kept = new Set(found);
    items.forEach((item) => item.classList.toggle("unfound", !kept.has(item)));
    groups.forEach((group) => group.classList.toggle("unfound", !found.some((item) => group.contains(item))));
    const partly = asked.length && best < asked.length && best > 0 ? `, with ${best} of these ${asked.length} words` : "";
    status.textContent = asked.length ? `${kept.size} of ${items.length}${partly}` : "";
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", show);
  input.value = new URLSearchParams(location.search).get("q") || "";
  form.hidden = false;
  show();
}

// Whoever has no mouse can move what is wider than the screen.
function reachScrollers() {
  document.querySelectorAll("span.math").forEach((math) => {
    math.classList.toggle("wide", math.getBoundingClientRect().width > math.closest("p, li, td, dd, h1, h2, h3, h4")?.clientWidth);
  });
  document.querySelectorAll("pre, div.math, span.math.wide, .table-wrapper").forEach((part) => {
    const scrolls = part.scrollWidth > part.clientWidth;
    if (scrolls) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
  });
}

// The search page also leads to the index of symptoms, which answers in whole sentences.
function offerSymptoms(results) {
  const asked = new URLSearchParams(location.search).get("q");
  if (!asked) return;
  const link = document.createElement("a");
  link.className = "reference";
  link.href = `mistakes/index.html?q=${encodeURIComponent(asked)}`;
  link.textContent = `Look for “${asked}” among the symptoms of what goes wrong`;
  const line = document.createElement("p");
  line.append(link);
  results.before(line);
}

document.querySelectorAll("#search-results").forEach(offerSymptoms);
document.querySelectorAll("form.symptom-filter").forEach(filterSymptoms);
reachScrollers();
addEventListener("resize", reachScrollers);
document.addEventListener("toggle", reachScrollers, true); // what was folded away had no width
