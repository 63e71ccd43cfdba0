"""One slider over the moments of a training. The browser has them all, so that it answers at once."""

import streamlit as st

_slider = st.components.v2.component(
    "mnist_cnn_time_slider",
    html="""<section>
      <div class="time"><button type="button"></button><input type="range" min="0" step="1"></div>
      <output></output>
      <div class="strip" role="img"></div><p class="strip-about"></p><p class="note"></p>
      <div class="parts">
        <div><strong class="bars-title"></strong>
          <div class="asked"><div class="subject"></div><table class="bars"></table></div>
          <p class="bars-about"></p>
          <strong class="kernels-title"></strong><div class="kernels" role="img"></div><p class="kernels-about"></p></div>
        <div><strong class="matrix-title"></strong><table class="matrix"></table><p class="matrix-about"></p></div>
      </div>
    </section>
    """,
    css="""
    section { container-type: inline-size; font-family: var(--st-font); color: var(--st-text-color); }
    .time { display: flex; gap: 0.75rem; align-items: center; }
    button { font: inherit; color: inherit; background: var(--st-secondary-background-color); padding: 0.3rem 0.9rem;
             border: 1px solid var(--st-border-color); border-radius: 0.6rem; cursor: pointer; white-space: nowrap; }
    input { flex: 1; min-width: 0; height: 2rem; margin: 0; accent-color: var(--st-primary-color); cursor: pointer; }
    button:focus-visible, input:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px;
                                                border-radius: 0.6rem; }
    output { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; margin: 0.25rem 0 0.75rem; }
    output b { font-size: 1.4rem; min-width: 6.5rem; }
    output span:first-of-type { font-size: 1.1rem; }
    output span + span, p { font-size: 0.875rem; opacity: 0.8; }
    p { margin: 0.5rem 0 0; }
    p:empty { display: none; }
    strong { display: block; font-weight: 600; margin: 0 0 0.5rem; }
    p + strong { margin-top: 1.25rem; }
    .strip { display: grid; grid-template-columns: repeat(10, 1fr); gap: 3px; }
    .strip div { position: relative; aspect-ratio: 1; border: 2px solid; border-radius: 5px; background-color: #000; }
    .strip .right { border-color: #12a594; }
    .strip .wrong { border-color: #e5484d; }
    .strip .wrong::after { content: attr(data-read); position: absolute; right: -2px; bottom: -2px; padding: 0 0.25em;
      font: bold 0.72rem/1.35 var(--st-font); color: #fff; background: #c62a2f; border-radius: 4px 0 4px 0; }
    .parts { display: grid; gap: 1.25rem 2rem; margin-top: 1.25rem; grid-template-columns: minmax(0, 1fr); }
    .asked { display: flex; gap: 0.75rem; align-items: center; }
    .subject { flex: none; width: 84px; height: 84px; border-radius: 6px; background-size: 100% 100%; }
    table { border-collapse: separate; border-spacing: 0; width: 100%; table-layout: fixed; font-size: 0.8rem; }
    .bars th { width: 1.3em; text-align: left; font-weight: 400; }
    .bars th, .bars td { padding: 1px 0; line-height: 1.15; }
    .bars td:last-child { width: 3.6em; text-align: right; font-variant-numeric: tabular-nums; }
    .bars i { display: block; height: 0.8em; min-width: 1px; border-radius: 0 3px 3px 0; background: #9a9ab0; }
    .bars .top { font-weight: 700; }
    .bars .top i { background: #6d63f0; }
    .kernels { display: grid; grid-template-columns: repeat(8, 1fr); gap: 4px; padding: 4px; background: #4a4a58;
               border-radius: 6px; max-width: 26rem; }
    .kernels div { aspect-ratio: 1; image-rendering: pixelated; }
    .kernels.many { grid-template-columns: repeat(16, 1fr); gap: 2px; }
    .matrix { max-width: 26rem; border-spacing: 2px; text-align: center; font-size: 0.72rem; }
    .matrix th { font-weight: 400; padding: 0; }
    .matrix td { height: 1.75rem; padding: 0; border-radius: 4px; background: #8882; font-variant-numeric: tabular-nums; }
    .matrix td.few { background: #ffe3c7; color: #4a2300; }
    .matrix td.some { background: #ffb566; color: #4a2300; }
    .matrix td.many { background: #b33a06; color: #fff; }
    .matrix td.few.own { background: #d5d2fb; color: #1d1670; }
    .matrix td.some.own { background: #a9a3f5; color: #120d4a; }
    .matrix td.many.own { background: #4f46d8; color: #fff; }
    .strip div, .subject, .kernels div { background-repeat: no-repeat; }
    @container (min-width: 520px) { .strip { grid-template-columns: repeat(20, 1fr); }
      .parts { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
    @container (min-width: 1000px) { .strip { grid-template-columns: repeat(25, 1fr); } }
    """,
    js="""
    const STEP = 800;  // milliseconds between two moments that play
    const MANY = 0.4, SOME = 0.1;  // of a label's images
    const views = new Map();  // by run: where its slider stands, also after the page has drawn it anew

    /** Have a grid hold so many tiles, each showing its part of a picture that holds them all in a row. */
    function tile(grid, count, picture) {
      while (grid.children.length < count) grid.append(document.createElement("div"));
      while (grid.children.length > count) grid.lastChild.remove();
      [...grid.children].forEach((one, place) => {
        one.style.backgroundImage = `url(${picture})`;
        one.style.backgroundSize = `${100 * count}% 100%`;
        one.style.backgroundPositionX = count > 1 ? `${(100 * place) / (count - 1)}%` : "0";
      });
    }

    const cell = (tag, text = "", name = "") => {
      const made = document.createElement(tag);
      made.textContent = text;
      made.className = name;
      return made;
    };
    const row = (...cells) => {
      const made = document.createElement("tr");
      made.append(...cells);
      return made;
    };

    function bars(shares) {
      const top = shares.indexOf(Math.max(...shares));
      return shares.map((share, digit) => {
        const bar = cell("td"), length = document.createElement("i");
        length.style.width = `${100 * share}%`;
        bar.append(length);
        const made = row(cell("th", digit), bar, cell("td", `${(100 * share).toFixed(1)}%`));
        made.className = digit === top ? "top" : "";
        return made;
      });
    }

    function matrix(counts, words) {
      const corner = cell("td", "", "corner");
      corner.style.background = "none";
      const head = row(corner, ...counts.map((_, digit) => cell("th", digit)));
      for (const one of head.querySelectorAll("th")) one.title = words.prediction;
      return [head, ...counts.map((line, label) => {
        const sum = Math.max(1, line.reduce((a, b) => a + b)), name = cell("th", label);
        name.title = words.label;
        return row(name, ...line.map((count, read) => {
          const share = count / sum, size = share >= MANY ? "many" : share >= SOME ? "some" : count ? "few" : "";
          return cell("td", count || "", label === read ? `${size} own` : size);
        }));
      })];
    }

    export default function ({ data, parentElement }) {
      const find = (selector) => parentElement.querySelector(selector);
      const { moments, labels, words } = data, slider = find("input"), play = find("button"), last = moments.length - 1;
      if (!views.has(data.run)) views.set(data.run, { follows: true });
      const view = views.get(data.run);
      const show = (at) => {
        const moment = moments[at];
        Object.assign(view, { batch: moment.batch, epoch: moment.epoch, follows: at === last });
        slider.value = at;
        slider.setAttribute("aria-valuetext", `${moment.name}: ${moment.right}`);
        find("output").replaceChildren(cell("b", moment.name), cell("span", moment.right), cell("span", moment.accuracy));
        find(".strip").setAttribute("aria-label", `${moment.name}: ${moment.right}`);
        [...find(".strip").children].forEach((one, place) => {
          one.className = moment.strip[place] === labels[place] ? "right" : "wrong";
          one.dataset.read = moment.strip[place];
        });
        find(".bars").replaceChildren(...bars(moment.bars));
        find(".kernels").classList.toggle("many", moment.kernels.count > 40);
        tile(find(".kernels"), moment.kernels.count, moment.kernels.picture);
        find(".matrix").replaceChildren(...matrix(moment.matrix, words));
      };
      const rest = () => {
        clearInterval(view.timer);
        view.timer = null;
        play.textContent = words.play;
      };
      const step = () => {
        if (!slider.isConnected || Number(slider.value) >= view.last) return view.rest();
        view.show(Number(slider.value) + 1);
      };
      Object.assign(view, { show, rest, last });
      slider.max = last;
      slider.setAttribute("aria-label", words.slider);
      slider.oninput = () => { rest(); show(Number(slider.value)); };
      play.textContent = view.timer ? words.pause : words.play;
      play.onclick = () => {
        if (view.timer) return rest();
        if (Number(slider.value) >= last) show(0);
        play.textContent = words.pause;
        view.timer = setInterval(step, STEP);
      };
      for (const name of ["bars", "kernels", "matrix"]) {
        find(`.${name}-title`).textContent = words[name];
        find(`.${name}-about`).textContent = words[`${name}_about`];
      }
      find(".strip-about").textContent = words.strip;
      find(".note").textContent = words.note;
      find(".kernels").setAttribute("aria-label", words.kernels);
      find(".subject").style.backgroundImage = `url(${data.subject})`;
      tile(find(".strip"), labels.length, data.sheet);
      const before = moments.findIndex(({ batch, epoch }) => batch === view.batch && epoch === view.epoch);
      show(view.follows || before < 0 ? last : before);
    }
    """,
)


def show(key: str, data: dict) -> None:
    """The slider, a button that plays, and what the network was and read at the moment chosen.

    Parameters
    ----------
    key : of the run that has these moments; a browser remembers the moment chosen for it.
    data : "moments", the earliest first, each with "batch" and "epoch", by which a browser knows it in any language,
        "name", "right" and "accuracy" in words, "strip" (the digit read in each image), "bars" (ten probabilities, or
        none), "kernels" ("count", and "picture" of them all in a row), "matrix" (10 lists of 10 counts, by label);
        "labels" of the images in "sheet", a picture of them all in a row; "subject", the picture that "bars" are about;
        "words".
    """
    _slider(key=f"time-slider-{key}", data=data | {"run": key})
