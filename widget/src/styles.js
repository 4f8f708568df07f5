// One constructable sheet: a <style> element would be blocked by a strict content policy. A browser
// without such sheets stops here, and the page's own text inside the element stays in view.
export const SHEET = new CSSStyleSheet();
SHEET.replaceSync(`
/* The page's own text inside the element keeps the page's looks; the chat takes nothing of them. */
:host { all: unset !important; display: block !important; }
:host([hidden]) { display: none !important; }
@media print { :host { display: none !important; } }

.frame {
  --ink: #1b2430; --quiet: #46505e; --line: #ccd2da; --edge: #667080; --paper: #fff;
  --ground: #f2f4f7; --own: #dfeaf5; --link: #1a4f8a; --band: #fff3d1; --alert: #a3231b;
  --brand: #1d4468; --brand-text: #fff; --button-edge: var(--brand);
  --radius: min(var(--chat-radius, .375em), 1em); --vx: 0px; --vy: 0px; --below: 0px; --seen: 100dvh; --taken: 50%; --taken-left: 0px;
}
/* "medium" is the reader's own size, whatever the page sets on its root. */
.closed, .panel {
  all: initial; box-sizing: border-box; direction: ltr; color: var(--ink); color-scheme: light;
  background: var(--paper); font: var(--size, medium)/1.45 var(--chat-font, system-ui, sans-serif);
}
.frame[data-dark] {
  --ink: #eef1f5; --quiet: #bac3d0; --line: #434c5a; --edge: #8f99a8; --paper: #1b2028;
  --ground: #12161c; --own: #26384d; --link: #9cc8f5; --band: #3a3113; --alert: #ffb4ab;
  --button-edge: var(--edge);
}
[data-dark] :is(.closed, .panel) { color-scheme: dark; }
/* The page's two colours; as text only where they stand out from the paper too. */
.frame[data-theme] {
  --brand: var(--chat-brand); --brand-text: var(--chat-brand-text); --button-edge: var(--edge);
  --own: color-mix(in srgb, var(--brand) 14%, var(--paper));
}
.frame[data-leads] { --link: var(--brand); --button-edge: var(--brand); }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
.help, .below, .problem, .notice ul { display: grid; gap: .5em; grid-template-columns: minmax(0, 1fr); }
h2, h3, p, ul, ol { margin: 0; padding: 0; font: inherit; }
ul, ol { list-style: none; }
.steps { list-style: decimal; padding-inline-start: 1.5em; display: grid; gap: .25em; }
slot { display: block; }
.frame:not([data-docked]):not([data-state=closed]) slot { display: none; }
a { color: var(--link); text-underline-offset: .15em; }
[href^=tel] { font-weight: 700; }
.number { white-space: nowrap; }
.unseen {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap;
}

/* Controls: at least 44 by 44 pixels, with a border that forced colours keep. */
button, .exit, summary {
  font: inherit; line-height: 1.25; font-weight: 600; cursor: pointer; min-height: 2.75em;
  min-width: 2.75em; padding: .5em .875em; border: 2px solid var(--edge);
  border-radius: var(--radius); background: var(--paper); color: var(--ink); margin: 0;
}
button:hover { text-decoration: underline; text-underline-offset: .15em; }
.main { background: var(--brand); color: var(--brand-text); border-color: var(--button-edge); }
.plain { padding-inline: 0; border-color: transparent; background: none; color: var(--link); text-decoration: underline; }
.exit {
  display: inline-flex; align-items: center; justify-content: center; text-align: center;
  background: #fff; color: #1b2430; border-color: #1b2430; text-decoration: none;
}
.exit:hover { background: #e8ebef; }
/* A dark and a light ring: one of them shows on any ground. */
:focus-visible {
  outline: 3px solid #1b2430; outline-offset: 3px; box-shadow: 0 0 0 3px #ffd83d;
}
h2:focus-visible { outline-offset: 0; outline-color: currentColor; box-shadow: none; }
.log:focus-visible, .view:focus-visible { outline-offset: -3px; box-shadow: inset 0 0 0 6px #ffd83d; }
textarea:focus-visible { outline-offset: 0; box-shadow: inset 0 0 0 3px #ffd83d; }

/* Closed: a small card. */
.closed { padding: .625em; border: 1px solid var(--edge); border-radius: var(--radius); display: flex; flex-wrap: wrap; gap: .5em .875em; align-items: center; }
.closed p { font-weight: 600; }

/* Open: in the page's flow, so that it covers nothing; only the way out floats. */
.panel { display: block; border: 1px solid var(--edge); border-radius: var(--radius); }
.bar {
  border-radius: var(--radius) var(--radius) 0 0; display: flex; flex-wrap: wrap; align-items: center; gap: .375em; min-height: 3.5em; padding: .25em .5em .25em .625em;
  background: var(--brand); color: var(--brand-text);
}
.bar h2 { font-size: 1.125em; font-weight: 700; flex: 0 1 auto; padding: .25em .125em; }
.force { font-size: .875em; line-height: 1.2; flex: 1 1 0; }
.bar .plain { color: inherit; font-weight: 400; order: 1; padding-inline: .5em; }
:is([data-state=notice], [data-state=ended]) .bar .end { display: none; }
/* Room for the way out, which floats at the right, in at most half of the screen. */
.frame:not([data-docked], [data-yields]) .bar { padding-right: calc(var(--taken) + .5em); padding-left: calc(var(--taken-left) + .625em); }
.frame[data-yields] .bar .exit { margin-left: auto; }
.panel, .panel :is(a, button, h2, textarea, summary, [tabindex]) { scroll-margin-top: calc(var(--below) + .25em); }
.bar .exit[popover], .frame:not([data-docked], [data-yields]) .bar .exit {
  position: fixed; inset: auto; top: calc(.5em + var(--vy)); right: calc(.5em - var(--vx));
  margin: 0; z-index: 2147483647; box-shadow: 0 0 0 2px #fff, 0 2px 8px rgb(0 0 0 / .35); max-width: 50vw;
  width: auto; height: auto; overflow: visible;
}
.exit:focus-visible, .bar .exit[popover]:focus-visible, .frame:not([data-docked], [data-yields]) .bar .exit:focus-visible {
  box-shadow: 0 0 0 3px #ffd83d;
}
.frame[data-side=left]:not([data-docked]) .bar .exit { right: auto; left: calc(.5em + var(--vx)); }

.urgent { background: var(--band); border-bottom: 1px solid var(--line); padding: 0 .625em; display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; column-gap: .25em; }
.urgent p { padding: .375em 0; }
.urgent details[open] { flex-basis: 100%; }
/* Once the chat runs and nothing is wrong, one line. */
.frame:not([data-state=notice], [data-danger]) .urgent [data-word=silent] { display: none; }
@media (max-height: 42em) {
  .frame:not([data-danger]) .urgent [data-word=silent] { display: none; }
}
.comfort { flex-basis: 100%; display: flex; flex-wrap: wrap; gap: .5em; padding-bottom: .625em; }
.comfort p { flex-basis: 100%; padding: 0; }
.urgent strong { font-weight: 700; }
summary { border-color: transparent; background: none; padding: .5em 0; font-weight: 400; text-decoration: underline; text-underline-offset: .15em; width: fit-content; display: list-item; list-style-position: inside; }
.help { max-height: 40vh; overflow: auto; padding-bottom: .75em; justify-items: start; }

.view { padding: .875em; }
.notice h3 { font-weight: 700; font-size: 1.125em; margin-bottom: .375em; }
.notice > p { margin-bottom: .625em; }
.notice .start { width: 100%; }
.notice .help { max-height: none; padding-bottom: 0; }
/* After the start the room is for the exit and the rest. */
.frame:not([data-state=notice]) .force { display: none; }
@media (hover: none) and (pointer: coarse) { .keys { display: none; } }
.ended p { margin-bottom: .875em; }

.log {
  height: calc(var(--seen) - 12.875em); min-height: 9em; overflow: auto; overflow-wrap: anywhere;
  background: var(--ground); padding: .875em; position: relative; overscroll-behavior: contain; scroll-padding: .5em 0 3.5em;
}
/* With a problem above it, the field stays in sight. */
.chat:has(.action) .log { height: calc(var(--seen) - 24em); }
.log > ol { display: flex; flex-direction: column; gap: .375em; align-items: flex-start; }
.log > ol > li {
  max-width: 92%; padding: .5em .75em; background: var(--paper); border: 1px solid var(--line);
  border-radius: calc(var(--radius) * 1.5);
}
.text { display: block; white-space: pre-line; }
.log .you { align-self: flex-end; background: var(--own); margin-top: .5em; }
.clamped { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
.who { display: block; color: var(--quiet); font-size: .875em; }
.choices { display: grid; margin-top: .75em; background: var(--paper); border: 1px solid var(--edge); border-radius: calc(var(--radius) * 1.5); overflow: hidden; }
.choices button { color: var(--link); border: 0; border-top: 1px solid var(--edge); border-radius: 0; text-align: start; display: flex; align-items: center; justify-content: space-between; gap: .75em; overflow-wrap: anywhere; }
.choices button:first-child { border-top: 0; }
.choices button::after { content: "\\203a" / ""; }
.choices button:focus-visible { outline-offset: -3px; box-shadow: inset 0 0 0 6px #ffd83d; }
.rating { display: flex; flex-wrap: wrap; align-items: center; gap: .5em; margin-top: .75em; }
.rating p { flex-basis: 100%; }
.rating button { font-weight: 400; }

/* What an answer is made of. */
.log > ol > li:has(.cards) { width: 92%; }
.cards { display: grid; gap: .75em; }
.cards > li { display: grid; gap: .375em; justify-items: start; }
.cards > li + li { border-top: 1px solid var(--line); padding-top: .75em; }
.way {
  display: flex; align-items: center; gap: .375em; min-height: 2.75em; padding: .5em .875em; font-weight: 600;
  border: 2px solid var(--edge); border-radius: var(--radius); background: var(--paper); color: var(--link);
}
.folds { display: flex; flex-wrap: wrap; column-gap: 1.25em; }
.folds > [open] { flex-basis: 100%; }
.cards a:not(.way) { display: inline-flex; align-items: center; min-height: 2.75em; }
.fold > summary { color: var(--link); }
.folded { display: grid; gap: .5em; padding-bottom: .375em; overflow-wrap: anywhere; }
.menu { padding-inline: .625em; font-weight: 400; }

/* The answer to danger is the only thing in this colour. */
.log .danger { border: 2px solid var(--alert); max-width: 100%; width: 100%; }
.danger .text { font-weight: 600; }
.call {
  display: flex; align-items: center; justify-content: center; min-height: 3.25em; margin-top: .625em; padding: .5em;
  background: #a3231b; color: #fff; border: 2px solid #a3231b; border-radius: var(--radius); font-size: 1.125em; text-decoration: none;
}
/* What somebody wants to read out or show. */
.log .page { max-width: 100%; width: 100%; display: grid; gap: .5em; justify-items: start; border-color: var(--edge); }
.page h3 { font-weight: 700; font-size: 1.125em; }
.page h4 { font: inherit; font-weight: 700; margin: .25em 0 -.375em; }
.large { font-size: 1.5em; }
.tools { display: flex; flex-wrap: wrap; gap: .5em; }
.told:empty { display: none; }
.cue { position: sticky; bottom: 0; display: block; margin: -2.75em auto 0; font-size: .875em; min-height: 3.2em; font-weight: 400; border-radius: 2em; }
.cue:not(:focus-visible) { box-shadow: 0 1px 6px rgb(0 0 0 / .3); }
.cue.gone { visibility: hidden; }

.below { padding: .625em .875em; border-top: 1px solid var(--line); gap: .375em; }
.status { display: flex; align-items: center; gap: .5em; color: var(--quiet); margin-top: .75em; }
.status:empty { display: none; }
.dots { display: inline-flex; gap: .25em; }
.dots i {
  width: .5em; height: .5em; border: .25em solid currentColor; border-radius: 50%;
  animation: dot 1s 4;
}
.dots i:nth-child(2) { animation-delay: .15s; }
.dots i:nth-child(3) { animation-delay: .3s; }
@keyframes dot { 50% { opacity: .25; } }
.problem { border: 1px solid var(--line); border-left: 4px solid var(--edge); padding: .5em .75em; max-height: 45vh; overflow: auto; justify-items: start; }
[data-state=error] .problem { border-left-color: var(--alert); }
.problem p { white-space: pre-line; }
.write { display: flex; flex-wrap: wrap; gap: .5em; align-items: end; }
.hint { color: var(--quiet); font-size: .875em; display: flex; justify-content: space-between; gap: .5em; }
.hint:has(.count:not(:empty)) #hint { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
textarea {
  flex: 1 1 7em; min-width: 0; font: inherit; font-size: max(1em, 16px); line-height: 1.35; color: inherit;
  background: var(--paper); border: 2px solid var(--edge); border-radius: var(--radius);
  padding: .5em .625em; resize: none; field-sizing: content; min-height: 2.75em; max-height: 7.75em; margin: 0;
}
textarea::placeholder { color: var(--quiet); opacity: 1; white-space: nowrap; overflow: hidden; }
/* With a keyboard up. */
[data-short] .hint { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
[data-short] .bar { min-height: 3em; padding-block: 0; }
[data-short] .urgent :is(p, summary) { padding-block: 0; }
[data-short] .below { padding-block: .375em; }
[data-short] .log { height: calc(var(--seen) - 9.5em); }
[aria-invalid=true] { border-color: var(--alert); }

/* Docked: only where there is room beside it (see DOCKED in chat.js). */
[data-docked] .closed {
  position: fixed; bottom: 1em; right: 1em; z-index: 900; flex-direction: column; align-items: stretch;
  gap: .375em; box-shadow: 0 2px 12px rgb(0 0 0 / .25); text-align: center; max-width: 48vw;
}
[data-docked] .panel {
  position: fixed; inset: auto; bottom: 1em; right: 1em; z-index: 2147483647; display: flex;
  flex-direction: column; width: min(25em, 48vw);
  height: min(44em, 100dvh - 2em); overflow: auto; box-shadow: 0 4px 24px rgb(0 0 0 / .3);
}
[data-docked][data-side=left] .panel, [data-docked][data-side=left] .closed { right: auto; left: 1em; }
[data-docked] .bar { position: sticky; top: 0; z-index: 1; }
[data-docked] .bar .exit { margin-left: auto; }
[data-docked] .help { max-height: 14em; }
[data-docked] .view { flex: 1; overflow: auto; min-height: 0; }
[data-docked] .chat { display: flex; flex-direction: column; padding: 0; overflow: visible; }
[data-docked] .chat .log { flex: 1; height: auto; min-height: 4em; }
[data-docked] .problem { max-height: 9em; }
.chat { padding: 0; }

@media (forced-colors: active) {
  .frame :is(.closed, .panel) { color-scheme: light dark; }
  .bar, .urgent { border-bottom: 1px solid CanvasText; }
  .log > ol > li, .cards > li, .panel, .closed, .exit, button { border-color: CanvasText; }
  .plain, summary { border-color: Canvas; }
  :focus-visible { outline-color: Highlight; }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; } }
`);
