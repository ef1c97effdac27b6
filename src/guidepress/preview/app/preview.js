// The page of `guidepress preview`: shows what the server's board holds, and keeps up with it.
// Pages have keys that change with what is on them, so only what changed is loaded, and old pictures stay until new ones are there.

const $ = (id) => document.getElementById(id);
const POINTS = 96 / 72;
let state = { versions: {}, pages: [], contents: [], problems: [] };
let cards = [];
let sheets = [];
let shown = "handbook";
let following = Promise.resolve();

// ---------------------------------------------------------------- keeping up

async function load(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

function listen() {
  const events = new EventSource("/events");
  // One after the other: the answer to an older event must not replace a newer state.
  events.addEventListener("change", (event) => {
    hurry(JSON.parse(event.data));
    following = following.then(follow, follow);
  });
  events.addEventListener("error", () => say("The preview has ended, or is being started again.", true));
}

// The page of an edit is drawn before all else that has changed is loaded.
function hurry({ session, edited }) {
  const item = edited && session === state.session && $("pages").children[edited.page];
  if (!item || item.page.section !== edited.section || item.page.index !== edited.index) return;
  item.page = { ...item.page, key: edited.key };
  item.dataset.key = edited.key;
  if (item.near) draw(item, "bmp");
}

async function follow() {
  const next = await load("/state");
  if (next.session === state.session && next.version === state.version) return showStatus();
  const before = state;
  state = { ...before, ...next };
  const other = before.session !== next.session;
  const changed = (part) => other || before.versions[part] !== next.versions[part];
  if (changed("pages") || changed("language")) showPages();
  if (changed("contents")) showContents();
  if (changed("problems") || changed("pages")) showProblems();
  if (changed("edited")) showEdited();
  if (changed("cards")) await loadCards();
  if (changed("sheets")) await loadSheets();
  showStatus();
}

function say(text, broken) {
  const status = $("status");
  if (status.textContent !== text) status.textContent = text;
  status.classList.toggle("broken", Boolean(broken));
}

function showStatus() {
  if (state.title) {
    document.title = `${state.title}: preview`;
    if ($("title").textContent !== state.title) $("title").textContent = state.title;
  }
  const { progress, failure, broken } = state;
  if (failure) return say(failure, true);
  if (broken) {
    return say(state.pages.length ? "The source has errors; the pages are those from before." : "The source has errors.", true);
  }
  if (progress) return say(`${progress.step}${progress.total ? ` ${progress.done}/${progress.total}` : ""} …`);
  say(state.settled ? "Up to date" : "Numbers follow …");
}

// ---------------------------------------------------------------- pages

const scroller = $("pages-scroller");
const zoom = () => Number($("zoom").value) / 100;
const visible = new IntersectionObserver(
  (entries) => entries.forEach((entry) => { entry.target.near = entry.isIntersecting; if (entry.isIntersecting) draw(entry.target); }),
  { root: scroller, rootMargin: "120% 0px" },
);

function name(page) {
  return `Page ${page.folio || "without a number"}${page.title ? `, ${page.title}` : ""}`;
}

function slot() {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.className = "page";
  button.addEventListener("click", (event) => locate(item, event));
  const folio = document.createElement("p");
  folio.className = "folio";
  item.append(button, folio);
  visible.observe(item);
  return item;
}

function size(button, page) {
  button.style.width = `${page.width * POINTS * zoom()}px`;
  button.style.height = `${page.height * POINTS * zoom()}px`;
}

function fill(item, page) {
  const button = item.firstChild;
  item.page = page;
  item.dataset.key = page.key;
  item.dataset.section = page.section;
  size(button, page);
  button.classList.toggle("blank", !page.key);
  button.disabled = !page.key;
  button.setAttribute("aria-label", page.key ? `${name(page)}: where is it written?` : `Blank page ${page.folio}`);
  item.lastChild.textContent = page.folio || "–";
  if (!page.key) button.replaceChildren();
  if (item.near) draw(item);
}

// Pixels that the picture needs, in steps, so that zooming does not ask for each width in between.
function pixels(page) {
  return Math.ceil((page.width * POINTS * zoom() * window.devicePixelRatio) / 100) * 100;
}

async function draw(item, format = "png") {
  const page = item.page;
  if (!page?.key) return;
  const width = pixels(page);
  const wanted = `${page.key} ${width}`;
  if (item.wanted === wanted) return;
  item.wanted = wanted;
  const picture = new Image();
  picture.alt = "";
  picture.src = `/pages/${page.key}.${format}?width=${width}`;
  try {
    await picture.decode();
  } catch {
    if (item.wanted === wanted) item.wanted = "";
    return;
  }
  // Meanwhile it may have become another page.
  if (item.wanted !== wanted) return;
  item.firstChild.replaceChildren(picture);
  item.dataset.drawn = page.key;
}

// The page at the top of the window: its section, its number there, and how much of it is above.
function anchor() {
  const top = scroller.scrollTop;
  for (const item of $("pages").children) {
    if (item.offsetTop + item.offsetHeight > top) {
      return { section: item.page.section, index: item.page.index, above: top - item.offsetTop };
    }
  }
  return null;
}

function restore(place) {
  if (!place) return;
  const items = [...$("pages").children];
  const own = items.filter((item) => item.page.section === place.section && item.page.key);
  const item = own.find((one) => one.page.index === place.index) ?? own[own.length - 1];
  if (item) scroller.scrollTop = item.offsetTop + Math.min(place.above, item.offsetHeight);
}

function showPages() {
  const place = anchor();
  const list = $("pages");
  const focused = document.activeElement?.closest?.("#pages li");
  // Pages that are there already keep their pictures, wherever they are now.
  const known = new Map([...list.children].map((item) => [item.dataset.key, item]));
  state.pages.forEach((page, at) => {
    let item = list.children[at];
    const own = page.key && known.get(page.key);
    if (own && own !== item && item && item.dataset.key !== page.key) {
      list.insertBefore(own, item);
      item = own;
    }
    if (!item) list.append((item = slot()));
    fill(item, page);
  });
  while (list.children.length > state.pages.length) {
    visible.unobserve(list.lastChild);
    list.lastChild.remove();
  }
  if (focused && !focused.isConnected) scroller.focus({ preventScroll: true });
  restore(place);
  document.querySelectorAll("#pages .folio, #title").forEach((one) => { one.lang = state.language || "en"; });
  fit();
}

function showEdited() {
  document.querySelectorAll("li.edited").forEach((item) => item.classList.remove("edited"));
  const item = state.edited && $("pages").children[state.edited.page];
  if (item) item.classList.add("edited");
}

function goTo(page, down = 0) {
  choose("handbook");
  const item = $("pages").children[page];
  if (!item) return;
  scroller.scrollTop = item.offsetTop + down * item.firstChild.offsetHeight - 8;
  item.firstChild.focus({ preventScroll: true });
}

function rescale() {
  const place = anchor();
  const before = zoom.last || 1;
  for (const item of $("pages").children) {
    size(item.firstChild, item.page);
    if (item.near) draw(item);
  }
  if (place) restore({ ...place, above: (place.above * zoom()) / before });
  zoom.last = zoom();
  $("zoom-value").textContent = `${$("zoom").value} %`;
  showSheets();
}

// Until somebody chooses otherwise, a page is as wide as there is room for it, and no wider than it is printed.
function fit() {
  if (localStorage.getItem("zoom")) return;
  const widest = Math.max(0, ...[...$("pages").children].map((item) => item.page.width * POINTS));
  const room = $("view").clientWidth - 48;
  if (!widest || room <= 0) return;
  const value = String(Math.max(30, Math.min(100, Math.floor((room / widest) * 10) * 10)));
  if (value === $("zoom").value) return;
  $("zoom").value = value;
  rescale();
}

// ---------------------------------------------------------------- contents and problems

function showContents() {
  const items = state.contents.map((entry) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = "#view";
    link.className = `level-${entry.level}`;
    link.textContent = entry.title;
    link.lang = state.language;
    link.dir = "auto";
    link.addEventListener("click", (event) => { event.preventDefault(); goTo(entry.page, entry.down); });
    item.append(link);
    return item;
  });
  document.querySelector("#contents ol").replaceChildren(...items);
}

function showProblems() {
  const order = { error: 0, warning: 1, note: 2 };
  const found = [...state.problems].sort((a, b) => order[a.severity] - order[b.severity]);
  const count = (severity) => found.filter((one) => one.severity === severity).length;
  const words = ["error", "warning", "note"].filter(count).map((one) => `${count(one)} ${one}${count(one) > 1 ? "s" : ""}`);
  $("counts").textContent = words.length ? `(${words.join(", ")})` : "(none)";
  document.querySelector("#problems ol").replaceChildren(...found.map(problem));
}

function problem(one) {
  const item = document.createElement("li");
  item.className = one.severity;
  item.dataset.code = one.code;
  const head = paragraph("");
  const code = document.createElement("strong");
  code.textContent = `${one.severity} `;
  head.append(code, one.message);
  item.append(head, ...one.hints.map((hint) => paragraph(hint, "hint")));
  if (one.place) {
    const where = paragraph("");
    where.append(source(one.place));
    if (one.page !== null) {
      const button = document.createElement("button");
      button.textContent = `Page ${state.pages[one.page]?.folio || one.page + 1}`;
      button.addEventListener("click", () => goTo(one.page));
      where.append(" ", button);
    }
    item.append(where);
  }
  item.append(paragraph(one.code, "hint"));
  return item;
}

function paragraph(text, kind) {
  const made = document.createElement("p");
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function source(place) {
  const link = document.createElement("a");
  link.href = place.editor;
  link.textContent = place.line ? `${place.file}:${place.line}` : place.file;
  return link;
}

// ---------------------------------------------------------------- where something is written

async function locate(item, event) {
  const page = item.page;
  if (!page.key) return;
  const box = item.firstChild.getBoundingClientRect();
  // From the keyboard there is no point: the top of the page it is.
  const at = event.detail ? { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height } : { x: 0.5, y: 0 };
  tell(await load(`/place/${page.key}?x=${at.x.toFixed(4)}&y=${at.y.toFixed(4)}`));
}

async function tell(place) {
  const line = $("place");
  if (!place?.file) {
    line.replaceChildren("The layout makes this page; no file of the source has it.");
    return;
  }
  const text = `${place.file}:${place.line}`;
  const code = document.createElement("code");
  code.textContent = text;
  const link = document.createElement("a");
  link.href = place.editor;
  link.textContent = "Open in VS Code";
  const button = document.createElement("button");
  button.textContent = "Copy";
  const copied = document.createElement("span");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      copied.textContent = "copied";
    } catch {
      copied.textContent = "";
    }
  };
  button.addEventListener("click", copy);
  line.replaceChildren(code, copied, button, link);
  await copy();
}

// ---------------------------------------------------------------- cards

const pressed = (id) => $(id).getAttribute("aria-pressed") === "true";
const frame = document.createElement("iframe");
frame.setAttribute("sandbox", "allow-same-origin");
frame.title = "The card";

async function loadCards() {
  if (!state.versions.cards) return;
  cards = (await load("/part/cards")).cards;
  const choice = $("card-choice");
  const before = choice.value;
  choice.replaceChildren(...cards.map((card) => {
    const option = document.createElement("option");
    option.value = `${card.id}#${card.number}`;
    option.textContent = `${card.title || card.id}${card.number > 1 ? ` (${card.number})` : ""}`;
    return option;
  }));
  if (cards.some((card) => `${card.id}#${card.number}` === before)) choice.value = before;
  showCard();
}

function showCard() {
  const at = $("card-choice").selectedIndex;
  const card = cards[at];
  $("no-cards").hidden = Boolean(card);
  frame.hidden = !card;
  if (!frame.isConnected) $("card-holder").append(frame);
  for (const id of ["flip", "night", "phone", "card-choice"]) $(id).disabled = !card;
  $("card-before").disabled = at <= 0;
  $("card-after").disabled = at >= cards.length - 1;
  $("card-place").replaceChildren(...(card?.place ? [source(card.place)] : []));
  if (!card) return;
  const side = pressed("flip") ? "back" : "front";
  const wishes = ["night", "phone"].filter(pressed).map((wish) => `${wish}=1`).join("&");
  const address = `/cards/${card.key}/${side}.html?${wishes}`;
  frame.classList.toggle("phone", pressed("phone"));
  frame.title = `${side === "back" ? "Answer" : "Question"}: ${card.title || card.id}`;
  $("flip").textContent = pressed("flip") ? "Show the question" : "Show the answer";
  // `replace`, so that the browser's way back does not lead through every card.
  if (shown === "cards" && frame.dataset.address !== address) {
    frame.dataset.address = address;
    frame.contentWindow.location.replace(address);
  }
}

function toggle(id) {
  $(id).setAttribute("aria-pressed", String(!pressed(id)));
  showCard();
}

function step(by) {
  const choice = $("card-choice");
  const at = choice.selectedIndex + by;
  if (at < 0 || at >= cards.length) return;
  choice.selectedIndex = at;
  $("flip").setAttribute("aria-pressed", "false");
  showCard();
  const place = cards[at].place;
  if (place) tell(place);
}

// ---------------------------------------------------------------- sheets

async function loadSheets() {
  if (!state.versions.sheets) return;
  sheets = (await load("/part/sheets")).sheets;
  showSheets();
}

function showSheets() {
  $("no-sheets").hidden = sheets.length > 0;
  if (shown !== "sheets") return;
  $("sheet-list").replaceChildren(...sheets.map((sides, at) => {
    const item = document.createElement("li");
    sides.forEach((side, back) => {
      const label = sides.length > 1 ? `Sheet ${at + 1}, ${back ? "back" : "front"}` : `Sheet ${at + 1}`;
      const picture = new Image();
      picture.loading = "lazy";
      picture.alt = label;
      const box = document.createElement("div");
      box.className = "page";
      size(box, side);
      picture.src = `/pages/${side.key}.png?width=${pixels(side)}`;
      box.append(picture);
      item.append(paragraph(label), box);
    });
    return item;
  }));
}

// ---------------------------------------------------------------- tabs and keys

const tabs = [...document.querySelectorAll("[role=tab]")];

function choose(panel, focus) {
  shown = panel;
  for (const tab of tabs) {
    const own = tab.getAttribute("aria-controls") === panel;
    tab.setAttribute("aria-selected", String(own));
    tab.tabIndex = own ? 0 : -1;
    $(tab.getAttribute("aria-controls")).hidden = !own;
    if (own && focus) tab.focus();
  }
  if (panel === "cards") showCard();
  if (panel === "sheets") showSheets();
}

tabs.forEach((tab, at) => {
  tab.addEventListener("click", () => choose(tab.getAttribute("aria-controls")));
  tab.addEventListener("keydown", (event) => {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(tabs[(to + tabs.length) % tabs.length].getAttribute("aria-controls"), true);
  });
});
for (const id of ["flip", "night", "phone"]) $(id).addEventListener("click", () => toggle(id));
$("card-before").addEventListener("click", () => step(-1));
$("card-after").addEventListener("click", () => step(1));
$("card-choice").addEventListener("change", () => step(0));
$("zoom").addEventListener("input", () => {
  localStorage.setItem("zoom", $("zoom").value);
  rescale();
});
window.addEventListener("resize", fit);
$("zoom").value = localStorage.getItem("zoom") || "100";
rescale();
listen();
