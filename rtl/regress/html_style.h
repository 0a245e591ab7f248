// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cortile::regress {

// Light and dark as the browser asks. A verdict is told by a sign too, not by its colour alone.
inline constexpr const char* kHtmlStyle = R"css(
:root { color-scheme: light dark; --text: #1f2328; --faint: #656d76; --line: #d0d7de;
  --back: #ffffff; --panel: #f6f8fa; --good: #1a7f37; --bad: #cf222e; --odd: #9a6700;
  --good-back: #dafbe1; --bad-back: #ffebe9; --odd-back: #fff8c5; --bar: #2da44e; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --faint: #8d96a0; --line: #30363d;
  --back: #0d1117; --panel: #161b22; --good: #3fb950; --bad: #f85149; --odd: #d29922;
  --good-back: #12261e; --bad-back: #25171c; --odd-back: #272115; --bar: #238636; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1100px; padding: 24px; color: var(--text);
  background: var(--back); font: 14px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { font-size: 22px; margin: 0 0 4px; }
h2 { font-size: 17px; margin: 32px 0 10px; border-bottom: 1px solid var(--line);
  padding-bottom: 4px; }
h3 { font-size: 15px; margin: 0; }
code, pre { font: 12.5px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
pre { margin: 8px 0; padding: 10px 12px; background: var(--panel); border: 1px solid var(--line);
  border-radius: 6px; overflow-x: auto; }
pre.command { white-space: pre-wrap; overflow-wrap: anywhere; }
a { color: inherit; }
.faint { color: var(--faint); }
.verdict { display: inline-block; padding: 1px 10px; border-radius: 12px; font-weight: 600; }
.good { color: var(--good); background: var(--good-back); }
.bad { color: var(--bad); background: var(--bad-back); }
.odd { color: var(--odd); background: var(--odd-back); }
.figures { margin: 14px 0 0; }
.figure { display: inline-block; margin: 0 36px 8px 0; }
.figure b { display: block; font-size: 20px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0;
  border-bottom: 1px solid var(--line); }
th { font-weight: 600; white-space: nowrap; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.runs { line-height: 15px; margin-top: 3px; max-width: 290px; }
.run { display: inline-block; width: 13px; height: 13px; margin: 0 2px 2px 0; border-radius: 3px;
  text-align: center; font: bold 10px/13px sans-serif; text-decoration: none;
  vertical-align: top; border: 1px solid currentColor; }
.card { border: 1px solid var(--line); border-left: 4px solid var(--bad); border-radius: 6px;
  padding: 12px 16px; margin: 0 0 14px; }
.card.odd-edge { border-left-color: var(--odd); }
.bar { position: relative; height: 9px; width: 150px; margin-top: 5px; border-radius: 4px;
  background: var(--panel); border: 1px solid var(--line); }
.fill { height: 100%; border-radius: 3px; background: var(--bar); }
.fill.short { background: var(--bad); }
.target { position: absolute; top: -3px; height: 13px; width: 2px; background: var(--text); }
details { margin: 10px 0; }
summary { cursor: pointer; }
)css";

}  // namespace cortile::regress
