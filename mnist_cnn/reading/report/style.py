"""How a report looks: light or dark as the reader's system is, and light on paper."""

STYLE = """
:root { color-scheme: light dark; --ink: #1c1c28; --pale: #65657a; --paper: #fff; --edge: #dcdce6; --first: #5a4fe0;
  --second: #d9560b; --none: #8882; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececf4; --pale: #a4a4b8; --paper: #14141c; --edge: #3a3a48;
  --first: #9089f7; --second: #ff9551; } }
@media print { :root { color-scheme: light; --ink: #000; --pale: #555; --paper: #fff; --edge: #ccc; --first: #5a4fe0;
  --second: #d9560b; } section, figure, tr { break-inside: avoid; } a { display: none !important; } }
* { box-sizing: border-box; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 68rem; color: var(--ink); background: var(--paper);
  font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
h1 { margin: 0; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 2.5rem 0 .5rem; font-size: 1.3rem; }
header p, section > p, figcaption, footer { color: var(--pale); margin: .25rem 0 .75rem; overflow-wrap: anywhere; }
dl { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0 0; }
dl div { flex: 1 1 8rem; padding: .5rem .9rem; border: 1px solid var(--edge); border-radius: .6rem; }
dt { color: var(--pale); font-size: .85rem; }
dd { margin: 0; font-size: 1.4rem; font-variant-numeric: tabular-nums; }
.pair { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: start; }
.pair > * { flex: 1 1 20rem; min-width: min-content; max-width: 100%; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .28rem .6rem; border-bottom: 1px solid var(--edge); text-align: right; }
td { white-space: nowrap; }
@media (max-width: 30rem) { th, td { padding: .28rem .3rem; font-size: .85rem; } td { white-space: normal; } }
thead th { color: var(--pale); font-weight: 500; font-size: .85rem; }
th:first-child { text-align: left; font-weight: 500; }
figure { margin: 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(5.5rem, 1fr)); gap: 1rem; }
.tiles figcaption { font-size: .85rem; margin: .15rem 0 0; }
img { image-rendering: pixelated; border-radius: .3rem; background: #000; }
img.small { width: min(100%, 6rem); }
img.large { width: min(100%, 15rem); }
.legend span { margin-left: .9rem; }
.legend span::before { content: ""; display: inline-block; width: 1.5em; margin-right: .4em; vertical-align: .25em;
  border-top: 3px solid var(--first); }
.legend .key2::before { border-top: 3px dashed var(--second); }
svg { display: block; width: 100%; height: auto; max-width: 34rem; }
text { fill: var(--ink); font-size: 13px; }
.grid { stroke: var(--edge); }
.line1, .line2 { fill: none; stroke: var(--first); stroke-width: 2.2; }
.line2 { stroke: var(--second); stroke-dasharray: 6 4; }
.dot1, .best { fill: var(--first); }
.right { fill: #5a4fe0; }
.dot2 { fill: var(--second); }
.other { fill: var(--pale); opacity: .6; }
.none { fill: var(--none); }
a { display: inline-block; margin: .6rem 1.2rem 0 0; color: var(--first); }
footer { margin-top: 3rem; font-size: .85rem; }
"""
