/** The whole look of the page. Colours are named by what they mean; dark follows the reader's system. */
export const STYLE = `
:root{color-scheme:light dark;
--paper:#fbfaf8;--sheet:#fff;--ink:#1b1d22;--soft:#666a73;--rule:#e4e2dd;--grid:#eceae6;
--main:#2f5fd0;--good:#1f8a5b;--warm:#d99a2b;--bad:#c8372d;--quiet:#b9b6ae}
@media (prefers-color-scheme:dark){:root{
--paper:#131417;--sheet:#1a1c20;--ink:#ecebe7;--soft:#9a9ea8;--rule:#2c2f36;--grid:#26292f;
--main:#7fa2ff;--good:#4fc08d;--warm:#e5b45a;--bad:#ff7468;--quiet:#545862}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI","Apple SD Gothic Neo","Noto Sans KR","Noto Sans CJK KR",sans-serif;
font-variant-numeric:tabular-nums;-webkit-font-smoothing:antialiased}
main,.bar-top{max-width:1200px;margin:0 auto;padding:0 28px}
.bar-top{display:flex;justify-content:space-between;align-items:center;padding-top:22px;color:var(--soft);font-size:14px}
.bar-top strong{color:var(--ink);font-weight:650;letter-spacing:-.01em}
button{font:inherit;color:var(--ink);background:none;border:1px solid var(--rule);border-radius:999px;padding:4px 14px;cursor:pointer}
button:hover{border-color:var(--soft)}
:focus-visible{outline:2px solid var(--main);outline-offset:2px}
.verdict{padding:52px 0 36px}
.verdict h1{margin:0;font-size:clamp(34px,5.2vw,60px);line-height:1.06;letter-spacing:-.035em;font-weight:680;max-width:18ch}
html[lang=ko] .verdict h1{word-break:keep-all;letter-spacing:-.03em}
.stamp{display:inline-block;margin-bottom:18px;padding:3px 12px;border-radius:999px;font-size:14px;font-weight:650;color:var(--sheet);background:var(--good)}
.failed .stamp{background:var(--bad)}
.proofs{display:grid;grid-template-columns:repeat(auto-fit,minmax(320px,1fr));gap:20px;margin:0 0 20px}
.proof{background:var(--sheet);border:1px solid var(--rule);border-radius:14px;padding:22px 24px}
.proof h2{margin:0 0 4px;font-size:17px}
.proof p{margin:0 0 16px;color:var(--soft);font-size:14px}
.proof dl,.strip{display:flex;flex-wrap:wrap;gap:8px 30px;margin:0}
.proof div,.strip div{display:flex;flex-direction:column-reverse}
dt{color:var(--soft);font-size:13px}
dd{margin:0;font-size:24px;font-weight:620;letter-spacing:-.02em;line-height:1.25}
.proof div:first-child dd{color:var(--good)}
.proof.broken div:first-child dd{color:var(--bad)}
.strip{padding:22px 0 8px;justify-content:space-between}
.strip dd{font-size:26px}
.reasons{border-left:3px solid var(--bad);margin:0 0 24px;padding:4px 0 4px 20px}
.reasons h2{font-size:17px;margin:0}
.reasons ul{margin:8px 0 0;padding-left:18px;overflow-wrap:anywhere}
section{border-top:1px solid var(--rule);padding:36px 0 12px;margin-top:28px}
section>h2{margin:0 0 14px;font-size:26px;letter-spacing:-.02em;font-weight:650}
section>h2+p{margin:-10px 0 22px;color:var(--soft);max-width:84ch}
.multiples{display:grid;grid-template-columns:minmax(0,1fr);gap:30px 48px}
@media (min-width:860px){.multiples{grid-template-columns:repeat(2,minmax(0,1fr))}}
.plot{margin:0;min-width:0}
figcaption{font-weight:620;font-size:15px}
.how{margin:2px 0 6px;color:var(--soft);font-size:13.5px;max-width:62ch;line-height:1.45}
.codes{margin-bottom:24px}
.plot svg{display:block;width:100%;height:auto;margin-top:6px;overflow:visible}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;margin:2px 0 0;font-size:13px;color:var(--soft)}
.legend b{font-weight:500;color:var(--ink)}
.legend i{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:6px;vertical-align:-1px;background:currentColor}
.legend i[class^=line]{height:3px;vertical-align:4px}.legend i[class^=dot]{border-radius:50%;width:10px;height:10px;vertical-align:0}
text{font-size:12px;fill:var(--soft);font-family:inherit}
text.name{font-size:13.5px;fill:var(--ink)}text.value{font-size:12.5px;fill:var(--ink);font-weight:600}
.grid{stroke:var(--grid);stroke-width:1}
.line{fill:none;stroke:var(--main);stroke-width:1.8;stroke-linejoin:round}
.line.good{stroke:var(--good)}.line.bad{stroke:var(--bad)}.line.quiet{stroke:var(--soft)}
.area{fill:var(--main);opacity:.14}.area.good{fill:var(--good)}.area.bad{fill:var(--bad)}.area.quiet{fill:var(--soft)}.area.faint{opacity:.1}
.stack.good{fill:var(--good)}.stack.warm{fill:var(--warm)}.stack.quiet{fill:var(--grid)}
.line.p50{stroke:var(--good)}.line.p95{stroke:var(--main)}.line.p99{stroke:var(--warm)}
.bar{fill:var(--main)}.bar.good{fill:var(--good)}.bar.bad{fill:var(--bad)}.bar.quiet{fill:var(--quiet)}
.whisker{stroke:var(--quiet);stroke-width:1.5}.bone{stroke:var(--main);stroke-width:5;opacity:.28;stroke-linecap:round}
.dot.p50{fill:var(--good)}.dot.p95{fill:var(--main)}.dot.p99{fill:var(--warm)}.dot.max{fill:var(--quiet)}
.legend .good,.legend .line-p50,.legend .dot-p50{color:var(--good)}
.legend .line-p95,.legend .dot-p95{color:var(--main)}
.legend .warm,.legend .line-p99,.legend .dot-p99{color:var(--warm)}
.legend .quiet,.legend .dot-max{color:var(--quiet)}
details{margin-top:4px;font-size:14px}
summary{color:var(--soft);cursor:pointer;width:max-content;font-size:13px}
.scroll{overflow:auto;max-height:340px}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:right;padding:5px 12px 5px 0;border-bottom:1px solid var(--rule);font-weight:400}
th:first-child{text-align:left}thead th{color:var(--soft);font-size:13px;position:sticky;top:0;background:var(--paper)}
.conditions{display:grid;grid-template-columns:repeat(auto-fit,minmax(220px,1fr));gap:14px 36px;margin:18px 0 0}
.conditions div{display:flex;flex-direction:column}
.conditions dd{font-size:15px;font-weight:500;letter-spacing:0;overflow-wrap:anywhere}
footer{padding:32px 0 60px;color:var(--soft);font-size:13px}
@media print{button,details{display:none}body{background:#fff}}
`;

/** Exchanges every marked text. Without it the page is English and complete. */
export const LANGUAGE_SCRIPT = `
const root=document.documentElement,marked=document.querySelectorAll('[data-ko]');
for(const one of marked)one.dataset.en=one.textContent;
const speak=(language)=>{root.lang=language;for(const one of marked)one.textContent=one.dataset[language]};
document.getElementById('language').addEventListener('click',()=>speak(root.lang==='ko'?'en':'ko'));
if(navigator.language.startsWith('ko')||location.hash==='#ko')speak('ko');
`;
