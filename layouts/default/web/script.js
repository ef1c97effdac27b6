// The search, the night, and cards that open for print. Everything else works without this.
"use strict";
(() => {
  const root = document.documentElement;

  // Where a page may store nothing, such as from a file in some browsers, the choice lasts for the page.
  const kept = {
    get: () => { try { return localStorage.getItem("night"); } catch { return null; } },
    set: (value) => { try { localStorage.setItem("night", value); } catch { /* not kept */ } },
  };
  const button = document.querySelector("button.night");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isNight = () => root.hasAttribute("data-night") || (dark.matches && !root.hasAttribute("data-light"));
  const show = (night) => {
    root.toggleAttribute("data-night", night);
    root.toggleAttribute("data-light", !night);
    button.setAttribute("aria-pressed", String(night));
  };
  const before = kept.get();
  if (before !== null) show(before === "yes");
  button.setAttribute("aria-pressed", String(isNight()));
  button.hidden = false;
  button.addEventListener("click", () => {
    show(!isNight());
    kept.set(isNight() ? "yes" : "no");
  });

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of closed) one.open = false; });

  // Letters without their marks, and the marks that a keyboard has, so that what is typed like that is found.
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[‘’‚‹›]/g, "'")
    .replace(/[“”„«»]/g, '"').replace(/[–—]/g, "-").toLowerCase();
  const form = document.querySelector("form.search");
  const input = form.querySelector("input");
  const results = document.querySelector(".results");
  const [count, list] = [results.querySelector("p"), results.querySelector("ol")];
  const most = 50;
  let index = null;

  const matches = (words) => {
    index ??= self.guide.map(([href, chapter, title, text]) => ({
      href, chapter, title, text, head: plain(`${title} ${chapter}`), body: plain(text),
    }));
    const found = [];
    for (const one of index) {
      let score = 0;
      for (const word of words) {
        const value = one.head.includes(word) ? 10 : one.body.includes(word) ? 1 : 0;
        if (!value) { score = 0; break; }
        score += value;
      }
      if (score) found.push([score, one]);
    }
    return found.sort(([a], [b]) => b - a).map(([, one]) => one);
  };
  const around = (text, word) => {
    const at = Math.max(0, plain(text).indexOf(word) - 60);
    return (at ? "…" : "") + text.slice(at, at + 160) + (at + 160 < text.length ? "…" : "");
  };
  const search = () => {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    results.hidden = !words.length;
    list.replaceChildren();
    if (!words.length) return;
    const found = matches(words);
    count.textContent = document.body.dataset.found.replace("{n}", found.length);
    for (const one of found.slice(0, most)) {
      const [item, link, text] = ["li", "a", "div"].map((name) => document.createElement(name));
      link.href = one.href;
      link.textContent = one.title === one.chapter ? one.title : `${one.chapter}: ${one.title}`;
      text.textContent = around(one.text, words[0]);
      item.append(link, text);
      list.append(item);
    }
  };
  if (self.guide) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      list.querySelector("a")?.click();
    });
    input.addEventListener("input", search);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { input.value = ""; search(); }
    });
    list.addEventListener("click", () => { results.hidden = true; });
    // A search can be linked to, and comes back with the page.
    input.value ||= new URLSearchParams(location.search).get("q") ?? "";
    if (input.value) search();
  }
})();
