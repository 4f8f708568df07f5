// A chat for a web page. Readable source: folder widget/src of the project.
const WORDS = {
en:{
title:"Chat",
danger:"In danger? Call 999.",
silent:"Cannot speak? On a mobile, press 55 when asked.",
exit:"Leave now",
open:"Open the chat",
resume:"Go back to the chat",
hidden:"The chat is hidden.",
show_ask:"Is it safe to show what was said?",
show:"Show it",
hide:"Hide",
language:"In English",
comfort:"Aa",
comfort_label:"Aa: text size, read aloud",
size:"Text size",
aloud:"Read aloud",
aloud_stop:"Stop reading",
aloud_told:"Others near you may hear it.",
help:"More help",
help_silent:"If you cannot speak: call 999 from a mobile, listen, and press 55 when asked. Cough or tap if you can. Pressing 55 does not show where you are: whisper it.",
help_deaf:"If you cannot hear or speak: use 18000 by textphone, the Relay UK app or the 999 BSL app. Or text 999 if you have signed up.",
help_report:"Not in danger now: call the police on 101. By textphone: 18001 101.",
help_person:"To talk to a person: National Stalking Helpline, 0808 802 0300, usually weekdays 9.30am to 4pm, Wednesdays from 1pm, not bank holidays.",
calls_warning:"A call can stay in the phone's call list, on a linked device and on a bill. If somebody checks this phone, use another one.",
calls_show:"Show numbers as call links",
notice:"Before you start",
notice_computer:"You're talking to a computer. No one reads this as you type, and it isn't a report. If you're in danger, call 999.",
notice_device:"Can anyone else see this device? Use one only you can see.",
notice_exit:"\"Leave now\" clears the chat and opens another website.",
start:"Start the chat",
notice_more:"How private is this?",
notice_private:"Some things a website can't stop: spyware, a keyboard that remembers, a shared account, a backup, or the internet at home. Each of them may show what you did.",
notice_kept:"What you type is kept so that you can be answered: usually for half an hour after your last message, never for more than a day. When you end the chat or leave the page, it is gone from here. Leave out names and addresses.",
notice_leaving:"Leaving does not delete your history, and other tabs stay open.",
notice_shift:"To leave you can also press the Shift key three times.",
notice_escape:"To leave you can also press the Escape key.",
notice_hide:"\"Hide\" covers the chat at once. It takes two presses to show it again.",
notice_calls:"A call or text can stay in the phone's call list, and on a bill.",
welcome:"Tell me what is going on, in your own words. Or choose one of these.",
log:"This chat",
choices:"Pick one",
you:"You",
bot:"Chat bot",
whole:"Show all of it",
new_tab:"(new tab)",
below:"More below",
call_999:"Call 999",
left:"letters left",
more:"More",
sources:"Where is this from?",
call:"Call",
text:"Text",
relay:"In the Relay UK app:",
open_now:"Open now",
closed_now:"Closed now",
for_whom:"Who is it for?",
rating:"Did this answer it?",
menu:"Menu",
again_ask:"Clear what was said and start again?",
message:"Type a message",
hint:"Leave out names and addresses.",
send:"Send",
end:"End and clear",
end_short:"End",
end_ask:"End this chat and clear what was said?",
waiting:"Waiting for an answer",
empty:"There is no message yet. Type one, then choose Send.",
failed:"That didn't go through. Your message is still here, so try again. If you're in danger, call 999.",
busy:"Too many messages at once. Wait a little, then try again. If you're in danger, call 999.",
offline:"This device has no internet. Your message is still there. If you're in danger, call 999.",
unavailable:"The chat may not work just now. If you're in danger, call 999. If not, call 101, or the National Stalking Helpline on 0808 802 0300.",
retry:"Try again",
idle:"Are you still there? If not, this chat will soon be cleared.",
keep:"Keep the chat",
ended:"This chat has ended, and what you typed is gone from this page. The page may still be in the history of this device. If you're in danger, call 999.",
again:"Start again",
loading:"One moment",
shift_two:"Shift. Press two more times to leave.",
shift_one:"Shift. Press once more to leave.",
exit_address:"https://www.bbc.co.uk/weather",
account_start:"Start the questions",
account_go_on:"Go on with the questions",
account_skip:"Skip this one",
account_back:"Back",
account_of:"of",
account_ask_what:"What's been happening? Use your own words, long or short.",
account_ask_since:"When did it start?",
account_ask_often:"How often does it happen?",
account_ask_who:"Who's doing it? Say who they are to you, like \"my ex\". You can tell the police the name yourself.",
account_ask_changed:"What's changed? It may be what they do now, or what you do because of it.",
account_ask_fear:"What are you afraid could happen?",
account_after_danger:"Your answer is kept on this page. Do you want to go on with the questions?",
account_unchecked:"I couldn't check that answer for danger. If you're in danger, call 999.",
account_title:"To read to the police",
account_head_what:"What's happened",
account_head_since:"When it started",
account_head_often:"How often",
account_head_who:"Who's doing it",
account_head_changed:"What's changed",
account_head_fear:"What I'm afraid of",
account_how:"If you're in danger, call 999. If not, call 101 and read this out, copy it into the police's online form, or show it at a police station. It isn't a report, and nobody has been sent it.",
account_device:"Leaving or hiding the chat erases this page. Does anyone else look at this device? Then write it on paper and don't copy it. What you copy stays on the device, and on any other that shares the account.",
account_copy:"Copy it",
account_copied:"Copied. It stays on this device until you copy something else.",
account_copy_failed:"This browser doesn't let me copy. You can select the words yourself.",
account_larger:"Show larger",
account_erase:"Erase my answers",
account_erased:"Your answers are erased from this page.",
account_empty:"You've skipped all of them, so there's no page to show."
}
};
const CHOICES = {
en:[
"I am in danger now",
"Is this stalking?",
"How do I report this?",
"Who can I talk to?",
"What is a protection order?",
"How do I make my phone safe?"
]
};
const HOSTS = [
".police.uk",
"247sexualabusesupport.org.uk",
"999bsl.co.uk",
"alicerugglestrust.org",
"crimestoppers-uk.org",
"galop.org.uk",
"giveusashout.org",
"karmanirvana.org.uk",
"mensadviceline.org.uk",
"mygov.scot",
"paladinservice.co.uk",
"pirc.scot",
"policeconduct.gov.uk",
"refuge.org.uk",
"respectphoneline.org.uk",
"revengepornhelpline.org.uk",
"safer.scot",
"signhealth.org.uk",
"stopncii.org",
"therowan.net",
"wearehourglass.org",
"www.actionagainststalking.org",
"www.childline.org.uk",
"www.copfs.gov.uk",
"www.gov.wales",
"www.nationaldahelpline.org.uk",
"www.nhs.uk",
"www.ppsni.gov.uk",
"www.samaritans.org",
"www.suzylamplugh.org",
"www.thecyberhelpline.com",
"www.victimsupport.org.uk",
"www.victimsupportni.com"
];
const CALLS = [
"01823334244",
"02038664107",
"03000200096",
"03000203000",
"03001232989",
"03456000459",
"08000271234",
"08001111",
"08001488888",
"08001601985",
"0800405040",
"0800555111",
"08005999247",
"0800838587",
"08009995428",
"08081689111",
"08082000247",
"08085002222",
"08088010302",
"08088010327",
"08088010800",
"08088020300",
"08088021414",
"08088024040",
"08088088000",
"101",
"111",
"116123"
];
const TEXTS = [
"07860077333",
"61016",
"85258"
];
const LIMIT = 2000;
const told=new Set();
function hint(text){
if(!told.has(text))console.warn(`force-chat: ${text} (docs/embedding.md)`);
told.add(text);
}
function make(tag,attributes={},...children){
const node=document.createElement(tag);
for(const [name,value] of Object.entries(attributes)){
if(["word","label","hold"].includes(name))node.dataset[name]=value;
else if(typeof value==="function")node.addEventListener(name,value);
else node.setAttribute(name,value);
}
node.append(...children);
return node;
}
function pin(node,properties){
for(const [name,value] of Object.entries(properties)){
node.style.setProperty(name,value,"important");
}
return node;
}
const FOUND=/(https:\/\/[^\s]*[^\s.,;:)])|(\bcall )?(\d(?: ?\d){2,})/gi;
function rich(text,newTab){
const nodes=[];
let end=0;
for(const match of text.matchAll(FOUND)){
nodes.push(text.slice(end,match.index));
nodes.push(match[1]?address(match[1],newTab):number(match[2]??"",match[3]));
end=match.index+match[0].length;
}
return [...nodes,text.slice(end)];
}
function address(written,newTab){
let url;
try{
url=new URL(written);
}catch{
return written;
}
const known=HOSTS.some((host)=>url.host===host||(host[0]==="."&&url.host.endsWith(host)));
if(!known||url.username||url.password)return written;
const attributes={href:url.href,target:"_blank",rel:"noopener noreferrer nofollow"};
return make("a",attributes,`${written.slice(8).replace(/\/$/, "")} ${newTab}`);
}
function number(call,written){
const digits=written.replaceAll(" ","");
const node=make("span",{class:"number"});
if(call&&digits==="999"){
node.append(make("a",{href:"tel:999"},call+written));
return node;
}
if(CALLS.includes(digits))node.dataset.call=`tel:${digits}`;
node.append(written);
return call?make("span",{},call,node):node;
}
function callable(written,kind,call,word){
const digits=written.replaceAll(" ","");
if(!{tel:CALLS,sms:TEXTS}[kind]?.includes(digits))return null;
return make("button",{type:"button",class:"way",click:call,"data-call":`${kind}:${digits}`},
make("span",{word}),` ${written}`);
}
function offerCalls(root){
for(const node of root.querySelectorAll("[data-call]")){
const{call}=node.dataset;
delete node.dataset.call;
const link=make("a",{href:call},...node.childNodes);
if(node.matches("button")){
link.className=node.className;
node.replaceWith(link);
}else node.replaceChildren(link);
}
}
function whole(text,allowed,base){
try{
const url=new URL(text,base);
return allowed.test(url.protocol)?url.href:null;
}catch{
return null;
}
}
function folded(word,nodes){
const changed=({target})=>target.closest(".log").dispatchEvent(new Event("scroll"));
return make("details",{class:"fold",toggle:changed},
make("summary",{word}),make("div",{class:"folded"},...nodes));
}
function said({text,steps=[],contacts=[]},newTab,call){
if(contacts.length)return make("ul",{class:"cards",role:"list"},...contacts.map((one)=>card(one,newTab,call)));
if(steps.length)return make("ol",{class:"steps"},...steps.map((step)=>make("li",{dir:"auto"},...rich(step,newTab))));
return make("span",{class:"text",dir:"auto"},...rich(text,newTab));
}
function rest({more=[],sources=[]},newTab){
const lines=(texts)=>texts.map((text)=>make("p",{dir:"auto"},...rich(text,newTab)));
const folds=[
...(more.length?[folded("more",lines(more))]:[]),
...(sources.length?[folded("sources",sources.map(({title})=>make("p",{},title)))]:[]),
];
return folds.length?[make("div",{class:"folds"},...folds)]:[];
}
function card(contact,newTab,call){
const{name,phone,text,relay,email,url,hours,open,for_whom}=contact;
const way=(word,written,kind)=>written&&(callable(written,kind,call,word)??
make("p",{},make("span",{word})," ",make("span",{class:"number"},written)));
const web=url&&make("p",{},...rich(url,newTab));
const isWebOnly=!(phone||text||relay||email);
const shown=[
make("strong",{},name),
way("call",phone,"tel"),way("text",text,"sms"),way("relay",relay),
email&&make("p",{},email),isWebOnly&&web,
hours&&make("p",{},`${hours} `,...(open===undefined?[]:[make("b",{word:open?"open_now":"closed_now"})])),
folded("for_whom",[make("p",{},for_whom),...(isWebOnly||!web?[]:[web])]),
];
return make("li",{},...shown.filter(Boolean));
}
const HEARD_MS=1_500;
let region=null;
let timer;
function listen(){
if(region?.isConnected)return;
region=pin(make("div",{role:"status","aria-live":"polite","aria-atomic":"true"}),{
all:"initial",display:"block",position:"absolute",width:"1px",height:"1px",
overflow:"hidden","clip-path":"inset(50%)","white-space":"nowrap",
});
document.body.append(region);
}
function announce(text,lang){
if(!region)return;
clearTimeout(timer);
region.lang=lang;
region.textContent=text;
timer=setTimeout(()=>region.replaceChildren(),HEARD_MS);
}
function hush(){
clearTimeout(timer);
region?.remove();
region=null;
}
const DIGITS=/\b(999|101|\d(?: ?\d){4,})\b/g;
const speech=globalThis.speechSynthesis;
let stopped=null;
function voiceOf(lang){
const own=speech?.getVoices().filter((voice)=>voice.localService&&voice.lang.startsWith(lang))??[];
return own.find((voice)=>voice.lang==="en-GB")??own[0];
}
function read(text,lang,done){
const saying=new SpeechSynthesisUtterance(text.replace(DIGITS,(digits)=>[...digits].join(" ")));
stopped=done;
saying.lang=lang;
saying.voice=voiceOf(lang);
saying.onend=saying.onerror=silence;
speech.speak(saying);
}
function silence(){
if(!stopped)return;
speech.cancel();
queueMicrotask(stopped);
stopped=null;
}
const TIMEOUT_MS=15_000;
const PRIVATE={
credentials:"omit",
referrerPolicy:"no-referrer",
cache:"no-store",
redirect:"error",
};
function random(){
const bytes=crypto.getRandomValues(new Uint8Array(16));
return Array.from(bytes,(byte)=>(byte+256).toString(16).slice(1)).join("");
}
async function send(api,body,abort){
const{status,answer,messages}=await post(`${api}messages`,body,abort);
if(!messages.length)throw Object.assign(new Error("no answer"),{status,messages});
const{outcome,offer}=answer;
return Object.assign(messages,{
again:/^safe_reply_(?!st)/.test(outcome),danger:outcome==="emergency",offer,
});
}
async function check(api,body,abort){
const{answer,messages}=await post(`${api}check`,body,abort);
const{tier}=answer??{};
if(!tier||(tier!=="none"&&!messages.length))throw new Error("no answer");
return{tier,messages};
}
async function post(address,body,abort){
const timer=setTimeout(()=>abort.abort(),TIMEOUT_MS);
try{
const response=await fetch(address,{
...PRIVATE,
method:"POST",
headers:{"Content-Type":"application/json"},
body:JSON.stringify(body),
signal:abort.signal,
});
const answer=await response.json().catch(()=>null);
const messages=readable(answer);
const{status,ok}=response;
if(!ok)throw Object.assign(new Error("refused"),{status,messages});
return{status,answer,messages};
}finally{
clearTimeout(timer);
}
}
function readable(answer){
const isText=(value)=>typeof value==="string"&&value.trim();
const list=(value)=>(Array.isArray(value)?value:[]);
const pressed=(value)=>list(value).filter((one)=>isText(one?.title)&&isText(one?.id));
const fields=(one)=>Object.fromEntries(
Object.entries(one).filter(([,value])=>value===true||value===false||isText(value)));
return list(answer?.messages)
.filter((message)=>isText(message?.text))
.map(({text,lang,buttons,rating,steps,contacts,more,sources})=>({
text,
lang:isText(lang),
buttons:pressed(buttons),
rating:pressed(rating),
steps:list(steps).filter(isText),
contacts:list(contacts).filter((one)=>isText(one?.name)).map(fields),
more:list(more).filter(isText),
sources:list(sources).filter((one)=>isText(one?.title)),
}));
}
async function isReady(api){
try{
const response=await fetch(`${api}ready`,PRIVATE);
if(!response.ok)return false;
return!(await response.json().catch(()=>null))?.switched_off;
}catch{
hint(`no answer from ${api}. Is it up, in connect-src, and ${origin} in CHAT_ORIGINS?`);
return false;
}
}
function end(api,conversation,reason){
fetch(`${api}end`,{
...PRIVATE,
method:"POST",
keepalive:true,
headers:{"Content-Type":"text/plain"},
body:JSON.stringify({conversation,reason}),
}).catch(()=>{});
}
const PRESSES=3;
const RESET_MS=5_000;
let leaving=false;
function allowNoQuestions(){
addEventListener("beforeunload",(event)=>leaving&&event.stopImmediatePropagation());
}
function watchKeys(pressed,released){
let count=0;
let alone=false;
let last=0;
const other=()=>{
count=0;
alone=false;
};
const options={capture:true,passive:true};
addEventListener("pointerdown",other,options);
addEventListener("keydown",(event)=>{
if(event.key!=="Shift"||event.isComposing)other();
else if(!event.repeat)alone=!(event.ctrlKey||event.altKey||event.metaKey);
},options);
addEventListener("keyup",(event)=>{
if(event.isComposing)return other();
if(event.key!=="Shift")return released(event.key);
if(!alone)return other();
const now=performance.now();
if(now-last>RESET_MS)count=0;
last=now;
alone=false;
count+=1;
pressed(PRESSES-count);
if(count===PRESSES)count=0;
},options);
}
function leave(address,word,first){
leaving=true;
const steps=[...first,()=>cover(word),()=>(document.title=word),hideOrigin,drop];
for(const step of steps){
try{
step();
}catch{
}
}
location.replace(address);
}
function cover(word){
const sheet=pin(make("div",{},word),{
all:"initial",display:"block",position:"fixed",inset:"0","z-index":"2147483647",
background:"#fff",font:"medium sans-serif",
});
document.body.append(sheet);
lift(sheet,true);
}
function hideOrigin(){
document.head.append(make("meta",{name:"referrer",content:"no-referrer"}));
}
function drop(){
window.onbeforeunload=null;
}
function staysAt(way,chat){
const{top:from,bottom,height}=way.getBoundingClientRect();
const isSeen=way.checkVisibility?.({opacityProperty:true,visibilityProperty:true})??true;
for(let node=way; height&&isSeen&&node; node=node.parentElement){
const{position,top}=getComputedStyle(node);
if(position==="fixed")return bottom<=0||from>=innerHeight?null:bottom<innerHeight / 2?bottom:0;
if(position==="sticky")return node.parentElement.contains(chat)?parseFloat(top)+node.offsetHeight||0:null;
}
return null;
}
function lift(node,up){
if(!node.showPopover)return;
if(up){
node.popover="manual";
if(node.isConnected&&!node.matches(":popover-open"))node.showPopover();
}else{
node.removeAttribute("popover");
}
}
const DARK=matchMedia("(prefers-color-scheme: dark)");
const LEADS=6;
function contrast(...colours){
const [a,b]=colours.map((colour)=>{
const parts=/^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour);
if(!parts)return NaN;
const [r,g,b]=parts.slice(1).map((value)=>((value / 255+0.055)/ 1.055)**2.4);
return 0.2126*r+0.7152*g+0.0722*b+0.05;
});
return Math.max(a / b,b / a)||0;
}
function dress(chat,frame){
const page=getComputedStyle(chat);
const schemes=page.colorScheme?.match(/light|dark/g)??[];
const [brand,text]=["--chat-brand","--chat-brand-text"].map((name)=>page.getPropertyValue(name));
frame.toggleAttribute("data-dark",schemes.length===1?schemes[0]==="dark":DARK.matches);
const probe=document.createElement("i");
Object.assign(probe.style,{color:brand,backgroundColor:text,outlineColor:"var(--paper)"});
let fits=false;
let leads=false;
if(probe.style.color&&probe.style.backgroundColor){
frame.append(probe);
const{color,backgroundColor,outlineColor}=getComputedStyle(probe);
fits=contrast(color,backgroundColor)>=4.5;
leads=fits&&contrast(color,outlineColor)>=LEADS;
probe.remove();
}
if(brand&&!fits)hint("--chat-brand: contrast below 4.5");
frame.toggleAttribute("data-theme",fits);
frame.toggleAttribute("data-leads",leads);
}
function mount(tag){
for(const place of document.querySelectorAll("[data-chat]")){
const chat=document.createElement(tag);
for(const{name,value}of place.attributes){
if(name.startsWith("data-chat"))chat.setAttribute(name.slice(10)||"api",value);
}
chat.append(...place.childNodes);
place.append(chat);
}
}
const SHEET = new CSSStyleSheet();SHEET.replaceSync(`
:host{all:unset !important;display:block !important;}:host([hidden]){display:none !important;}@media print{:host{display:none !important;}}.frame{--ink:#1b2430;--quiet:#46505e;--line:#ccd2da;--edge:#667080;--paper:#fff;--ground:#f2f4f7;--own:#dfeaf5;--link:#1a4f8a;--band:#fff3d1;--alert:#a3231b;--brand:#1d4468;--brand-text:#fff;--button-edge:var(--brand);--radius:min(var(--chat-radius,.375em),1em);--vx:0px;--vy:0px;--below:0px;--seen:100dvh;--taken:50%;--taken-left:0px;}.closed,.panel{all:initial;box-sizing:border-box;direction:ltr;color:var(--ink);color-scheme:light;background:var(--paper);font:var(--size,medium)/1.45 var(--chat-font,system-ui,sans-serif);}.frame[data-dark]{--ink:#eef1f5;--quiet:#bac3d0;--line:#434c5a;--edge:#8f99a8;--paper:#1b2028;--ground:#12161c;--own:#26384d;--link:#9cc8f5;--band:#3a3113;--alert:#ffb4ab;--button-edge:var(--edge);}[data-dark] :is(.closed,.panel){color-scheme:dark;}.frame[data-theme]{--brand:var(--chat-brand);--brand-text:var(--chat-brand-text);--button-edge:var(--edge);--own:color-mix(in srgb,var(--brand) 14%,var(--paper));}.frame[data-leads]{--link:var(--brand);--button-edge:var(--brand);}*{box-sizing:border-box;}[hidden]{display:none !important;}.help,.below,.problem,.notice ul{display:grid;gap:.5em;grid-template-columns:minmax(0,1fr);}h2,h3,p,ul,ol{margin:0;padding:0;font:inherit;}ul,ol{list-style:none;}.steps{list-style:decimal;padding-inline-start:1.5em;display:grid;gap:.25em;}slot{display:block;}.frame:not([data-docked]):not([data-state=closed]) slot{display:none;}a{color:var(--link);text-underline-offset:.15em;}[href^=tel]{font-weight:700;}.number{white-space:nowrap;}.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap;}button,.exit,summary{font:inherit;line-height:1.25;font-weight:600;cursor:pointer;min-height:2.75em;min-width:2.75em;padding:.5em .875em;border:2px solid var(--edge);border-radius:var(--radius);background:var(--paper);color:var(--ink);margin:0;}button:hover{text-decoration:underline;text-underline-offset:.15em;}.main{background:var(--brand);color:var(--brand-text);border-color:var(--button-edge);}.plain{padding-inline:0;border-color:transparent;background:none;color:var(--link);text-decoration:underline;}.exit{display:inline-flex;align-items:center;justify-content:center;text-align:center;background:#fff;color:#1b2430;border-color:#1b2430;text-decoration:none;}.exit:hover{background:#e8ebef;}:focus-visible{outline:3px solid #1b2430;outline-offset:3px;box-shadow:0 0 0 3px #ffd83d;}h2:focus-visible{outline-offset:0;outline-color:currentColor;box-shadow:none;}.log:focus-visible,.view:focus-visible{outline-offset:-3px;box-shadow:inset 0 0 0 6px #ffd83d;}textarea:focus-visible{outline-offset:0;box-shadow:inset 0 0 0 3px #ffd83d;}.closed{padding:.625em;border:1px solid var(--edge);border-radius:var(--radius);display:flex;flex-wrap:wrap;gap:.5em .875em;align-items:center;}.closed p{font-weight:600;}.panel{display:block;border:1px solid var(--edge);border-radius:var(--radius);}.bar{border-radius:var(--radius) var(--radius) 0 0;display:flex;flex-wrap:wrap;align-items:center;gap:.375em;min-height:3.5em;padding:.25em .5em .25em .625em;background:var(--brand);color:var(--brand-text);}.bar h2{font-size:1.125em;font-weight:700;flex:0 1 auto;padding:.25em .125em;}.force{font-size:.875em;line-height:1.2;flex:1 1 0;}.bar .plain{color:inherit;font-weight:400;order:1;padding-inline:.5em;}:is([data-state=notice],[data-state=ended]) .bar .end{display:none;}.frame:not([data-docked],[data-yields]) .bar{padding-right:calc(var(--taken) + .5em);padding-left:calc(var(--taken-left) + .625em);}.frame[data-yields] .bar .exit{margin-left:auto;}.panel,.panel :is(a,button,h2,textarea,summary,[tabindex]){scroll-margin-top:calc(var(--below) + .25em);}.bar .exit[popover],.frame:not([data-docked],[data-yields]) .bar .exit{position:fixed;inset:auto;top:calc(.5em + var(--vy));right:calc(.5em - var(--vx));margin:0;z-index:2147483647;box-shadow:0 0 0 2px #fff,0 2px 8px rgb(0 0 0 / .35);max-width:50vw;width:auto;height:auto;overflow:visible;}.exit:focus-visible,.bar .exit[popover]:focus-visible,.frame:not([data-docked],[data-yields]) .bar .exit:focus-visible{box-shadow:0 0 0 3px #ffd83d;}.frame[data-side=left]:not([data-docked]) .bar .exit{right:auto;left:calc(.5em + var(--vx));}.urgent{background:var(--band);border-bottom:1px solid var(--line);padding:0 .625em;display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;column-gap:.25em;}.urgent p{padding:.375em 0;}.urgent details[open]{flex-basis:100%;}.frame:not([data-state=notice],[data-danger]) .urgent [data-word=silent]{display:none;}@media (max-height:42em){.frame:not([data-danger]) .urgent [data-word=silent]{display:none;}}.comfort{flex-basis:100%;display:flex;flex-wrap:wrap;gap:.5em;padding-bottom:.625em;}.comfort p{flex-basis:100%;padding:0;}.urgent strong{font-weight:700;}summary{border-color:transparent;background:none;padding:.5em 0;font-weight:400;text-decoration:underline;text-underline-offset:.15em;width:fit-content;display:list-item;list-style-position:inside;}.help{max-height:40vh;overflow:auto;padding-bottom:.75em;justify-items:start;}.view{padding:.875em;}.notice h3{font-weight:700;font-size:1.125em;margin-bottom:.375em;}.notice > p{margin-bottom:.625em;}.notice .start{width:100%;}.notice .help{max-height:none;padding-bottom:0;}.frame:not([data-state=notice]) .force{display:none;}@media (hover:none) and (pointer:coarse){.keys{display:none;}}.ended p{margin-bottom:.875em;}.log{height:calc(var(--seen) - 12.875em);min-height:9em;overflow:auto;overflow-wrap:anywhere;background:var(--ground);padding:.875em;position:relative;overscroll-behavior:contain;scroll-padding:.5em 0 3.5em;}.chat:has(.action) .log{height:calc(var(--seen) - 24em);}.log > ol{display:flex;flex-direction:column;gap:.375em;align-items:flex-start;}.log > ol > li{max-width:92%;padding:.5em .75em;background:var(--paper);border:1px solid var(--line);border-radius:calc(var(--radius) * 1.5);}.text{display:block;white-space:pre-line;}.log .you{align-self:flex-end;background:var(--own);margin-top:.5em;}.clamped{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;overflow:hidden;}.who{display:block;color:var(--quiet);font-size:.875em;}.choices{display:grid;margin-top:.75em;background:var(--paper);border:1px solid var(--edge);border-radius:calc(var(--radius) * 1.5);overflow:hidden;}.choices button{color:var(--link);border:0;border-top:1px solid var(--edge);border-radius:0;text-align:start;display:flex;align-items:center;justify-content:space-between;gap:.75em;overflow-wrap:anywhere;}.choices button:first-child{border-top:0;}.choices button::after{content:"\\203a" / "";}.choices button:focus-visible{outline-offset:-3px;box-shadow:inset 0 0 0 6px #ffd83d;}.rating{display:flex;flex-wrap:wrap;align-items:center;gap:.5em;margin-top:.75em;}.rating p{flex-basis:100%;}.rating button{font-weight:400;}.log > ol > li:has(.cards){width:92%;}.cards{display:grid;gap:.75em;}.cards > li{display:grid;gap:.375em;justify-items:start;}.cards > li + li{border-top:1px solid var(--line);padding-top:.75em;}.way{display:flex;align-items:center;gap:.375em;min-height:2.75em;padding:.5em .875em;font-weight:600;border:2px solid var(--edge);border-radius:var(--radius);background:var(--paper);color:var(--link);}.folds{display:flex;flex-wrap:wrap;column-gap:1.25em;}.folds > [open]{flex-basis:100%;}.cards a:not(.way){display:inline-flex;align-items:center;min-height:2.75em;}.fold > summary{color:var(--link);}.folded{display:grid;gap:.5em;padding-bottom:.375em;overflow-wrap:anywhere;}.menu{padding-inline:.625em;font-weight:400;}.log .danger{border:2px solid var(--alert);max-width:100%;width:100%;}.danger .text{font-weight:600;}.call{display:flex;align-items:center;justify-content:center;min-height:3.25em;margin-top:.625em;padding:.5em;background:#a3231b;color:#fff;border:2px solid #a3231b;border-radius:var(--radius);font-size:1.125em;text-decoration:none;}.log .page{max-width:100%;width:100%;display:grid;gap:.5em;justify-items:start;border-color:var(--edge);}.page h3{font-weight:700;font-size:1.125em;}.page h4{font:inherit;font-weight:700;margin:.25em 0 -.375em;}.large{font-size:1.5em;}.tools{display:flex;flex-wrap:wrap;gap:.5em;}.told:empty{display:none;}.cue{position:sticky;bottom:0;display:block;margin:-2.75em auto 0;font-size:.875em;min-height:3.2em;font-weight:400;border-radius:2em;}.cue:not(:focus-visible){box-shadow:0 1px 6px rgb(0 0 0 / .3);}.cue.gone{visibility:hidden;}.below{padding:.625em .875em;border-top:1px solid var(--line);gap:.375em;}.status{display:flex;align-items:center;gap:.5em;color:var(--quiet);margin-top:.75em;}.status:empty{display:none;}.dots{display:inline-flex;gap:.25em;}.dots i{width:.5em;height:.5em;border:.25em solid currentColor;border-radius:50%;animation:dot 1s 4;}.dots i:nth-child(2){animation-delay:.15s;}.dots i:nth-child(3){animation-delay:.3s;}@keyframes dot{50%{opacity:.25;}}.problem{border:1px solid var(--line);border-left:4px solid var(--edge);padding:.5em .75em;max-height:45vh;overflow:auto;justify-items:start;}[data-state=error] .problem{border-left-color:var(--alert);}.problem p{white-space:pre-line;}.write{display:flex;flex-wrap:wrap;gap:.5em;align-items:end;}.hint{color:var(--quiet);font-size:.875em;display:flex;justify-content:space-between;gap:.5em;}.hint:has(.count:not(:empty)) #hint{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden;}textarea{flex:1 1 7em;min-width:0;font:inherit;font-size:max(1em,16px);line-height:1.35;color:inherit;background:var(--paper);border:2px solid var(--edge);border-radius:var(--radius);padding:.5em .625em;resize:none;field-sizing:content;min-height:2.75em;max-height:7.75em;margin:0;}textarea::placeholder{color:var(--quiet);opacity:1;white-space:nowrap;overflow:hidden;}[data-short] .hint{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden;}[data-short] .bar{min-height:3em;padding-block:0;}[data-short] .urgent :is(p,summary){padding-block:0;}[data-short] .below{padding-block:.375em;}[data-short] .log{height:calc(var(--seen) - 9.5em);}[aria-invalid=true]{border-color:var(--alert);}[data-docked] .closed{position:fixed;bottom:1em;right:1em;z-index:900;flex-direction:column;align-items:stretch;gap:.375em;box-shadow:0 2px 12px rgb(0 0 0 / .25);text-align:center;max-width:48vw;}[data-docked] .panel{position:fixed;inset:auto;bottom:1em;right:1em;z-index:2147483647;display:flex;flex-direction:column;width:min(25em,48vw);height:min(44em,100dvh - 2em);overflow:auto;box-shadow:0 4px 24px rgb(0 0 0 / .3);}[data-docked][data-side=left] .panel,[data-docked][data-side=left] .closed{right:auto;left:1em;}[data-docked] .bar{position:sticky;top:0;z-index:1;}[data-docked] .bar .exit{margin-left:auto;}[data-docked] .help{max-height:14em;}[data-docked] .view{flex:1;overflow:auto;min-height:0;}[data-docked] .chat{display:flex;flex-direction:column;padding:0;overflow:visible;}[data-docked] .chat .log{flex:1;height:auto;min-height:4em;}[data-docked] .problem{max-height:9em;}.chat{padding:0;}@media (forced-colors:active){.frame :is(.closed,.panel){color-scheme:light dark;}.bar,.urgent{border-bottom:1px solid CanvasText;}.log > ol > li,.cards > li,.panel,.closed,.exit,button{border-color:CanvasText;}.plain,summary{border-color:Canvas;}:focus-visible{outline-color:Highlight;}}@media (prefers-reduced-motion:reduce){*{animation:none !important;}}`);function speak(root,words){
for(const node of root.querySelectorAll("[data-word]")){
const text=words[node.dataset.word];
if(node.textContent!==text){
node.replaceChildren(...(node.matches("a")?[text]:rich(text,words.new_tab)));
}
}
for(const node of root.querySelectorAll("[data-label]")){
node.setAttribute("aria-label",words[node.dataset.label]);
}
for(const node of root.querySelectorAll("[data-hold]"))node.placeholder=words[node.dataset.hold];
}
function closedCard(open){
return make("div",{class:"closed"},
make("p",{word:"danger"}),
make("button",{type:"button",class:"main launcher",word:"open",click:open}));
}
function hiddenCard(way,told,steps){
return make("div",{class:"closed"},
make("p",{word:"danger"}),way,make("p",{word:told}),
...steps.map(([word,click],index)=>
make("button",{type:"button",class:index?"":"main launcher",word,click})));
}
function way(address,exit){
return make("a",{
class:"exit",href:address,rel:"nofollow noreferrer noopener",word:"exit",
click:exit,auxclick:exit,
});
}
function panel({way,force,hide,end,calls}){
return make("section",{class:"panel","aria-labelledby":"title"},
make("div",{class:"bar"},
make("h2",{id:"title",tabindex:"-1",word:"title"}),
...(force?[make("span",{class:"force"},force)]:[]),way,
...(hide?[make("button",{type:"button",class:"plain hide",word:"hide",click:hide})]:[]),
make("button",{type:"button",class:"plain end",word:"end_short",click:end})),
make("div",{class:"urgent"},
make("p",{},make("strong",{word:"danger"})," ",make("span",{word:"silent"})),
help(calls)));
}
function help(calls){
const lines=["help_silent","help_deaf","help_report","help_person"];
return make("details",{},
make("summary",{word:"help"}),
make("div",{class:"help"},
...lines.map((word)=>make("p",{word})),
make("p",{word:"calls_warning"}),
make("button",{type:"button",word:"calls_show",click:calls})));
}
function notice(start,escapes,hides){
const keys=escapes?["notice_shift","notice_escape"]:["notice_shift"];
const lines=(words)=>words.map((word)=>
make("p",{word:`notice_${word}`,...(word==="shift"&&{class:"keys"})}));
const rest=["private","kept","leaving",...keys.map((word)=>word.slice(7)),...(hides?["hide"]:[]),"calls"];
return [
make("div",{class:"view notice",role:"group",tabindex:"0",label:"notice"},
make("h3",{word:"notice"}),...lines(["computer","device","exit"]),
make("button",{type:"button",class:"main start",word:"start",click:start}),
make("details",{},make("summary",{word:"notice_more"}),
make("div",{class:"help"},...lines(rest)))),
];
}
function chat({submit,key,typed,menu}){
const list=make("ol");
const status=make("p",{class:"status"});
const cue=make("button",{
type:"button",class:"cue",word:"below",
click:()=>log.scrollBy({top:log.clientHeight*0.8}),
});
const log=make("div",{
class:"log",role:"log","aria-live":"off",tabindex:"0",label:"log",
scroll:()=>{
const isEnd=log.scrollHeight-log.scrollTop-log.clientHeight<48;
if(isEnd&&cue.matches(":focus"))log.focus({preventScroll:true});
cue.classList.toggle("gone",isEnd);
},
},list,status,cue);
const field=make("textarea",{
id:"field",rows:"1",hold:"message",autocomplete:"off",autocorrect:"off",autocapitalize:"sentences",
spellcheck:"false",writingsuggestions:"false",translate:"no","data-gramm":"false",
"data-enable-grammarly":"false","data-lt-active":"false",
enterkeyhint:"send",dir:"auto","aria-describedby":"hint",keydown:key,input:typed,
});
const count=make("span",{class:"count"});
const choose=make("button",{
type:"button",class:"menu",word:"menu","aria-expanded":"false",click:menu,
});
const problem=make("div",{id:"problem",class:"problem",hidden:""});
const below=make("form",{class:"below",autocomplete:"off",submit},
problem,
make("label",{for:"field",class:"unseen",word:"message"}),
make("div",{class:"write"},choose,field,make("button",{class:"main send",word:"send"})),
make("p",{class:"hint"},make("span",{id:"hint",word:"hint"}),count));
const view=make("div",{class:"view chat"},log,below);
return{view,log,list,field,status,problem,cue,count,menu:choose};
}
function bubble(message,who,lang,named,newTab,call){
return make("li",{class:who,lang},
make("span",{class:named?"who":"unseen",word:who})," ",
...(who==="you"
?[make("span",{class:"text",dir:"auto"},message.text)]
:[said(message,newTab,call),...rest(message,newTab)]));
}
function clamp(own){
const text=own.querySelector(".text");
text.classList.add("clamped");
if(text.scrollHeight<=text.clientHeight+1)return;
own.append(make("button",{
type:"button",class:"plain",word:"whole",click:({target})=>{
text.classList.remove("clamped");
const log=target.closest("[tabindex]");
log.focus({preventScroll:true});
target.remove();
log.dispatchEvent(new Event("scroll"));
},
}));
}
function alarm(first){
first.classList.add("danger");
first.append(make("a",{class:"call",href:"tel:999",word:"call_999"}));
}
function choices(offered,rating,choose){
const group=(name,choices,...first)=>choices.length?[make("div",{class:name,role:"group",label:name},
...first,...choices.map((choice)=>make("button",{type:"button",click:()=>choose(choice)},choice.title)))]:[];
return make("div",{},...group("choices",offered),
...group("rating",rating,make("p",{word:"rating","aria-hidden":"true"})));
}
function trouble(problem,word,texts,newTab,actions){
problem.replaceChildren(
make("p",{word}),
...texts.map((text)=>make("p",{},...rich(text,newTab))),
...Object.entries(actions).map(([action,click])=>
make("button",{type:"button",class:"action",word:action,click})));
problem.hidden=false;
}
function waiting(status){
status.replaceChildren(
make("span",{class:"dots","aria-hidden":"true"},make("i"),make("i"),make("i")),
make("span",{word:"waiting"}));
}
function ended(again){
return [
make("div",{class:"view ended"},
make("p",{word:"ended"}),
make("button",{type:"button",class:"main",word:"again",click:again})),
];
}
function languages(others,choose){
return make("div",{},...others.map(([lang,name])=>
make("button",{type:"button",class:"plain",lang,"data-lang":lang,click:()=>choose(lang)},name)));
}
const LARGER=["large","x-large","xx-large"];
function comfort(frame,changed){
const button=(word,click,more)=>make("button",{type:"button",word,click,...more});
const size=()=>{
const now=LARGER.indexOf(frame.style.getPropertyValue("--size"));
frame.style.setProperty("--size",LARGER[now+1]??"medium");
changed();
};
const say=(word)=>{
aloud.dataset.word=word;
changed();
};
const aloud=button("aloud",()=>{
if(aloud.dataset.word!=="aloud")return silence();
const text=shown(frame).map((part)=>part.innerText).join("\n");
if(!text)return;
say("aloud_stop");
read(text,frame.lang,()=>say("aloud"));
});
const told=make("p",{word:"aloud_told"});
const tools=make("div",{class:"comfort",hidden:""},button("size",size),aloud,told);
const toggle=({target})=>{
tools.hidden=!tools.hidden;
target.setAttribute("aria-expanded",!tools.hidden);
aloud.hidden=told.hidden=!voiceOf(frame.lang);
changed();
};
voiceOf(frame.lang);
return [button("comfort",toggle,{class:"plain",label:"comfort_label","aria-expanded":"false"}),tools];
}
function shown(frame){
const said=[...frame.querySelectorAll(".log li")];
const last=said.findLastIndex((one)=>one.matches(".you"));
return [...said.slice(last+1),...frame.querySelectorAll(said.length?".problem:not([hidden]), .choices":".view")];
}
const PARTS=["what","since","often","who","changed","fear"];
class Account{
#host;
#answers={};
#nodes=PARTS.map(()=>[]);
#at=0;
#page=null;
#isErased=false;
isAsking=false;
constructor(host){
this.#host=host;
}
get isWaiting(){
return!this.isAsking&&!this.#page;
}
get wayBack(){
const words=this.#host.words();
return{title:words.account_go_on,run:()=>this.resume()};
}
resume(){
this.#next();
this.#host.focus();
}
#next(note=[]){
const words=this.#host.words();
const part=PARTS[this.#at];
this.isAsking=Boolean(part);
if(!part)return this.#finish(note,words);
const text=`${this.#at + 1} ${words.account_of} ${PARTS.length}. ${words[`account_ask_${part}`]}`;
const buttons=[{title:words.account_skip,run:()=>this.#move(1)}];
if(this.#at)buttons.push(this.#wayTo(-1,words));
buttons.push(this.#end(words));
this.#nodes[this.#at].push(this.#host.show([...note,{text,buttons}]).at(-1));
this.#host.draft(this.#answers[part]??"");
}
async answer(text){
const{show,ask,check}=this.#host;
this.isAsking=false;
this.#nodes[this.#at].push(ask(text));
const checked=await check(text);
if(!checked||this.#isErased)return;
this.#answers[PARTS[this.#at]]=text;
this.#at+=1;
const{tier,messages}=checked;
if(tier==="none")return this.#next(messages);
const words=this.#host.words();
const buttons=[this.wayBack,this.#end(words)];
show([...messages,{text:words.account_after_danger,buttons}],tier==="emergency");
}
erase(){
this.clear();
this.#host.erased();
}
clear(){
this.#isErased=true;
this.isAsking=false;
this.#answers={};
this.#drop(0);
}
#wayTo(step,words){
return{title:words.account_back,run:()=>this.#move(step)};
}
#end(words){
return{title:words.account_erase,run:()=>this.erase()};
}
#move(step){
if(step>0)delete this.#answers[PARTS[this.#at]];
this.#at+=step;
if(step<0)this.#drop(this.#at);
this.resume();
}
#drop(from){
for(const node of this.#nodes.slice(from).flat())node.remove();
for(const nodes of this.#nodes.slice(from))nodes.length=0;
this.#page?.remove();
this.#page=null;
}
#finish(note,words){
const parts=PARTS.filter((part)=>this.#answers[part]);
if(!parts.length){
const buttons=[this.#wayTo(-1,words)];
return this.#host.show([...note,{text:words.account_empty,buttons}]);
}
if(note.length)this.#host.show(note);
this.#drop(0);
this.#page=page(parts.map((part)=>[part,this.#answers[part]]),{
copy:()=>this.#copy(parts),
back:()=>this.#move(-1),
erase:()=>this.erase(),
});
this.#host.put(this.#page);
}
async #copy(parts){
const words=this.#host.words();
const text=parts.map((part)=>`${words[`account_head_${part}`]}\n${this.#answers[part]}`);
try{
await navigator.clipboard.writeText(text.join("\n\n"));
this.#tell("account_copied");
}catch{
this.#tell("account_copy_failed");
}
}
#tell(word){
const told=this.#page?.querySelector(".told");
if(!told)return;
told.dataset.word=word;
this.#host.tell(word);
}
}
function page(parts,{copy,back,erase}){
const larger=({target})=>{
const isLarge=target.closest(".page").classList.toggle("large");
target.setAttribute("aria-pressed",isLarge);
};
const tools=[["account_copy",copy],["account_larger",larger],["account_back",back],["account_erase",erase]];
const made=make("li",{class:"page"},
make("h3",{tabindex:"-1",word:"account_title"}),
make("p",{word:"account_how"}),
...parts.flatMap(([part,text])=>[
make("h4",{word:`account_head_${part}`}),
make("p",{class:"text",dir:"auto",translate:"no"},text),
]),
make("p",{word:"account_device"}),
make("div",{class:"tools"},
...tools.map(([word,click])=>make("button",{type:"button",word,click}))),
make("p",{class:"told"}));
made.querySelector("[data-word=account_larger]").setAttribute("aria-pressed","false");
return made;
}
const NAME="force-chat";
const DOCKED=matchMedia("(min-width: 40em) and (min-height: 30em)");
const MINUTE=60_000;
const WARNING_MS=2*MINUTE;
const PATIENCE_MS=1_500;
const SHORT=480;
const TWICE_MS=500;
const GOVUK_EXIT=".govuk-exit-this-page a";
let current=null;
class ForceChat extends HTMLElement{
#shadow=null;
#frame;
#hidden=true;
#state="notice";
#panel=null;
#chat=null;
#lang="en";
#conversation=null;
#abort=null;
#asked=null;
#unsaid=null;
#answer=null;
#settled=0;
#covered=false;
#group=null;
#aside;
#calls=false;
#failed=null;
#sent=null;
#account=null;
#timers={};
#active=0;
static observedAttributes=["ui-lang"];
connectedCallback(){
if(!this.#api)hint("the attribute api is no address");
if((current?.isConnected&&current!==this)||!this.#api)return;
current=this;
if(!this.#shadow)this.#setUp();
listen();
this.#render();
}
disconnectedCallback(){
queueMicrotask(()=>{
if(this.isConnected||current!==this)return;
this.away();
current=null;
});
}
attributeChangedCallback(_,__,lang){
this.#lang=WORDS[lang]?lang:"en";
if(this.#frame)this.#speak();
}
get busy(){
return this.#panel!==null;
}
get #words(){
return WORDS[this.#lang];
}
get #api(){
const given=this.getAttribute("api");
return given&&whole(given.replace(/\/*$/,"/"),/^https?:$/,document.baseURI);
}
get #escapes(){
return this.getAttribute("exit-key")==="Escape";
}
get #exit(){
return whole(this.getAttribute("exit-url"),/^https:$/)??this.#words.exit_address;
}
get hostExits(){
const own=this.getAttribute("host-exit");
try{
document.querySelector(own);
return own?`${GOVUK_EXIT}, ${own}`:GOVUK_EXIT;
}catch{
return GOVUK_EXIT;
}
}
#setUp(){
const{height}=this.getBoundingClientRect();
this.#shadow=this.attachShadow({mode:"open"});
this.#shadow.adoptedStyleSheets=[SHEET];
this.#frame=document.createElement("div");
this.#frame.className="frame";
const once=(event)=>{
if(event.type==="click"?performance.now()<this.#settled:event.repeat&&event.key==="Enter"&&event.target.matches("button")){
event.preventDefault();
event.stopImmediatePropagation();
}
};
for(const name of ["click","keydown"])this.#frame.addEventListener(name,once,true);
this.#frame.style.minHeight=`${height}px`;
this.#hidden=!this.hasAttribute("inline");
for(const name of ["keydown","pointerdown"]){
this.addEventListener(name,(event)=>{
const [target]=event.composedPath();
if(this.#state!=="idle"||!(event.key==="Tab"||target.closest(".problem")))this.#touch();
});
}
}
#render(){
if(!this.#frame.isConnected)this.#shadow.replaceChildren(this.#frame);
if(!this.#hidden&&!this.#panel)this.#view("notice",notice(()=>this.#start(),this.#escapes,!this.hasAttribute("inline")));
const shown=this.#hidden?this.#card():this.#panel;
if(!shown.isConnected)this.#frame.replaceChildren(document.createElement("slot"),shown);
this.#go(this.#state);
this.#speak();
this.fit();
this.#reveal();
}
#card(){
if(!this.busy)return closedCard(()=>this.open());
const steps=this.#covered
?[["resume",()=>this.open()]]
:[["show",()=>this.open()],["end",()=>this.#end("end")]];
return hiddenCard(this.#way(),this.#covered?"hidden":"show_ask",steps);
}
#way(){
return way(this.#exit,(event)=>{
if(event.button>1)return;
event.preventDefault();
this.leave();
});
}
#uncoverIt(){
this.#covered=false;
this.#frame.querySelector(".closed").remove();
this.#render();
this.#frame.querySelector(".closed button").focus();
this.#settled=performance.now()+TWICE_MS;
}
#go(state){
this.#state=state;
this.#frame.dataset.state=this.#hidden?"closed":state;
}
#view(state,nodes){
this.#state=state;
this.#panel??=this.#newPanel();
this.#panel.replaceChildren(...[...this.#panel.children].slice(0,2),...nodes);
}
#newPanel(){
const made=panel({
way:this.#way(),
force:this.getAttribute("force-name"),
hide:!this.hasAttribute("inline")&&(()=>this.close()),
end:()=>this.#askFor("end","end_ask"),
calls:({target})=>{
this.#calls=true;
offerCalls(made);
target.parentNode.querySelector("a[href='tel:101']").focus();
target.remove();
},
});
made.children[1].append(...comfort(this.#frame,()=>{
this.#speak();
this.fit();
this.#reveal();
}));
const named=Object.entries(WORDS).map(([lang,words])=>[lang,words.language]);
if(named.length>1){
made.children[1].append(languages(named,(lang)=>this.setAttribute("ui-lang",lang)));
}
return made;
}
#speak(){
this.#frame.lang=this.#lang;
speak(this.#frame,this.#words);
for(const node of this.#frame.querySelectorAll("[data-lang]")){
node.setAttribute("aria-pressed",node.dataset.lang===this.#lang);
}
}
#say(text,lang=this.#lang){
this.#unsaid=this.#hidden&&text?[text,lang]:null;
if(!this.#unsaid)announce(text,lang);
}
#settle(){
if(!this.#frame.hasAttribute("data-docked"))this.#panel.scrollIntoView();
}
#focusTitle(){
this.#settle();
this.#panel.querySelector("h2").focus();
}
open(){
if(current!==this||!this.#frame)return;
if(this.#hidden&&this.#covered)return this.#uncoverIt();
this.#hidden=false;
this.#render();
this.#focusTitle();
if(this.#unsaid)this.#say(...this.#unsaid);
this.#touch();
}
close(){
if(this.#hidden||!this.busy||this.hasAttribute("inline"))return;
this.#account?.erase();
silence();
this.#say("");
this.#hidden=this.#covered=true;
this.#render();
this.#frame.querySelector(".closed button").focus();
}
#start(){
this.#conversation=random();
this.#chat=chat({
submit:(event)=>{
event.preventDefault();
this.#sendField();
},
key:(event)=>{
if(event.key!=="Enter"||event.shiftKey||event.isComposing)return;
event.preventDefault();
this.#sendField();
},
typed:()=>this.#fitField(),
menu:()=>this.#menu(),
});
this.#view("chat",[this.#chat.view]);
this.#add([{
text:this.#words.welcome,
buttons:CHOICES[this.#lang].map((title)=>({title,text:title})),
}]);
this.#render();
this.#settle();
this.#chat.log.focus({preventScroll:true});
this.#sayWithChoices(this.#words.welcome,this.#lang);
this.#touch();
if(navigator.onLine)this.#askIfReady();
else this.online(false);
}
#fitField(){
const{field,count}=this.#chat;
if(!CSS.supports("field-sizing","content")){
field.style.height="auto";
field.style.height=`${field.scrollHeight + 4}px`;
}
const left=LIMIT-field.value.length;
const told=left>200?"":`${left} ${this.#words.left}`;
if(told&&(!count.textContent||(left<0&&!count.textContent.startsWith("-"))))this.#say(told);
count.textContent=told;
}
async #askIfReady(){
const mine=this.#conversation;
const ready=await isReady(this.#api);
if(!ready&&mine===this.#conversation&&this.#state==="chat"){
this.#trouble("error","unavailable");
}
}
#sendField(){
const{field}=this.#chat;
if(this.#abort)return this.#say(this.#words.waiting);
if(field.value.trim()){
if(this.#account?.isAsking)this.#account.answer(field.value);
else this.#send({text:field.value},field.value,true);
}else{
field.setAttribute("aria-invalid","true");
this.#trouble("error","empty");
field.focus();
}
}
#choose(choice){
if(this.#abort)return;
if(choice.run)return choice.run();
this.#send(choice.id?{button:choice.id}:{text:choice.text},choice.title);
this.#chat.log.focus({preventScroll:true});
}
async #send(content,shown,typed){
const mine=this.#conversation;
const offered=this.#group;
const before=this.#asked;
this.#ask(shown,typed);
let messages;
let failure;
try{
if(this.#sent?.shown!==shown)this.#sent={shown,message:random()};
const{message}=this.#sent;
const body={conversation:mine,message,language:this.#lang,...content};
messages=await send(this.#api,body,this.#abort);
}catch(error){
failure=error;
}
if(!this.#isAnswered(mine))return;
const{field}=this.#chat;
const back=()=>{
field.value=[shown,field.value].filter(Boolean).join("\n");
this.#fitField();
};
if(messages){
messages.at(-1).buttons.push(...this.#offersOf(messages.offer));
this.#take(messages,typed?back:()=>this.#offer(offered));
}else{
this.#asked.remove();
this.#asked=before;
this.#offer(offered);
if(typed)back();
else this.#failed={content,shown};
this.#explain(failure);
}
this.#touch();
}
#isAnswered(conversation){
if(conversation!==this.#conversation)return false;
this.#abort=null;
this.#after("patience");
this.#chat.status.replaceChildren();
if(this.#state!=="ending")this.#go("chat");
return true;
}
#offersOf(offer){
const start={title:this.#words.account_start,run:()=>this.#startAccount()};
const back=this.#account?.isWaiting?[this.#account.wayBack]:[];
return [...back,...(offer==="account"?[start]:[])];
}
#startAccount(){
const{field,list,log}=this.#chat;
this.#account?.clear();
this.#account=new Account({
words:()=>this.#words,
show:(messages,danger)=>this.#take(Object.assign(messages,{danger})),
ask:(text)=>{
this.#ask(text,true);
return this.#asked;
},
check:(text)=>this.#check(text),
draft:(text)=>{
field.value=text;
this.#fitField();
},
focus:()=>(list.querySelector(".page h3")??field).focus({preventScroll:true}),
put:(page)=>{
list.append(page);
this.#asked=this.#answer=page;
this.#offer(null);
this.#speak();
this.#reveal();
this.#say(`${this.#words.account_title}. ${this.#words.account_how}`);
},
tell:(word)=>{
this.#speak();
this.#say(this.#words[word]);
},
erased:()=>{
this.#account=null;
field.value="";
this.#take([{text:this.#words.account_erased,buttons:[]}]);
log.focus({preventScroll:true});
},
});
this.#account.resume();
}
async #check(text){
const mine=this.#conversation;
const unchecked={text:this.#words.account_unchecked,buttons:[]};
const failed=()=>({tier:"none",messages:[unchecked]});
const checked=await check(this.#api,{conversation:mine,text},this.#abort).catch(failed);
if(!this.#isAnswered(mine))return null;
this.#touch();
return checked;
}
#ask(shown,typed){
const{field,list,status}=this.#chat;
this.#abort=new AbortController();
silence();
this.#clearTrouble();
this.#asked=this.#bubble({text:shown},"you",this.#lang,true);
this.#answer=null;
list.append(this.#asked);
clamp(this.#asked);
this.#offer(null);
if(typed)field.value="";
this.#fitField();
waiting(status);
this.#go("waiting");
this.#speak();
this.#reveal();
this.#settle();
this.#touch();
this.#after("patience",PATIENCE_MS,()=>this.#say(this.#words.waiting));
}
#take(messages,back){
const bubbles=this.#add(messages);
this.#answer=bubbles[0];
this.#frame.toggleAttribute("data-danger",Boolean(messages.danger));
if(messages.danger)alarm(this.#answer);
if(messages.again)back();
else this.#sent=null;
this.#speak();
this.#reveal();
const text=messages.map((message)=>message.text).join(" ");
this.#sayWithChoices(text,messages[0].lang||this.#lang);
return bubbles;
}
#sayWithChoices(text,lang){
this.#say(`${this.#words.bot}: ${text}${this.#told()}`,lang);
}
#told(){
const told=["choices","rating"].map((name)=>{
const titles=[...(this.#group?.querySelectorAll(`.${name} button`)??[])].map((button)=>button.textContent);
return titles.length?` ${this.#words[name].replace(/\?$/, "")}: ${titles.join("; ")}`:"";
});
return told.filter(Boolean).join(".");
}
#add(messages){
const bubbles=messages.map((message,index)=>
this.#bubble(message,"bot",message.lang||this.#lang,!index));
this.#chat.list.append(...bubbles);
if(this.#calls)offerCalls(this.#chat.list);
const [offered,rating]=["buttons","rating"].map((kind)=>messages.flatMap((message)=>message[kind]??[]));
const group=offered.length||rating.length?choices(offered,rating,(choice)=>this.#choose(choice)):null;
this.#offer(group);
return bubbles;
}
#bubble(message,who,lang,named){
return bubble(message,who,lang,named,this.#words.new_tab,({currentTarget})=>this.#warnOfCalls(currentTarget));
}
#warnOfCalls(button){
const card=button.parentNode;
const{call}=button.dataset;
this.#calls=true;
button.before(make("p",{word:"calls_warning"}));
offerCalls(this.#chat.list);
this.#speak();
card.querySelector(`[href="${call}"]`).focus();
this.#settled=performance.now()+TWICE_MS;
this.#say(this.#words.calls_warning);
}
#offer(group,aside){
this.#group?.remove();
this.#group=group;
this.#aside=aside;
const{log,status,menu}=this.#chat;
menu.setAttribute("aria-expanded",aside!==undefined);
if(group)status.before(group);
log.dispatchEvent(new Event("scroll"));
}
#menu(){
if(this.#abort)return this.#say(this.#words.waiting);
if(this.#aside!==undefined)return this.#offer(this.#aside);
const first=CHOICES[this.#lang].map((title)=>({title,text:title}));
const group=choices([...first,{title:this.#words.again,again:true}],[],
(choice)=>choice.again?this.#askFor("again","again_ask"):this.#choose(choice));
this.#offer(group,this.#group);
this.#speak();
this.#chat.log.scrollTop=group.offsetTop-8;
group.querySelector("button").focus({preventScroll:true});
this.#say(this.#told());
}
#reveal(){
if(!this.#asked)return;
const{log}=this.#chat;
const above=(this.#answer?.offsetTop??0)-this.#asked.offsetTop;
log.scrollTop=(above>log.clientHeight / 3?this.#answer:this.#asked).offsetTop-8;
log.dispatchEvent(new Event("scroll"));
}
#explain({status,messages}){
if(!navigator.onLine)this.#trouble("offline","offline",["retry"]);
else this.#trouble("error",status===429?"busy":"failed",["retry"],messages);
}
#retry(){
const{field,log}=this.#chat;
if(this.#abort)return;
if(this.#failed)this.#send(this.#failed.content,this.#failed.shown);
else this.#sendField();
(field.value?field:log).focus({preventScroll:true});
}
#keep(){
this.#clearTrouble();
this.#chat.field.focus();
this.#touch();
}
#askFor(task,word){
this.#trouble("ending",word,[task,"keep"]);
this.#chat.problem.querySelector("button").focus();
}
#trouble(kind,word,actions=[],messages=[]){
const{problem,field}=this.#chat;
const texts=messages.map((message)=>message.text);
const tasks={retry:()=>this.#retry(),keep:()=>this.#keep(),end:()=>this.#end("end"),again:()=>this.#again()};
const offered=Object.fromEntries(actions.map((action)=>[action,tasks[action]]));
const hadFocus=problem.contains(this.#shadow.activeElement);
trouble(problem,word,texts,this.#words.new_tab,offered);
if(hadFocus)(problem.querySelector("button")??field).focus();
field.setAttribute("aria-describedby","problem hint");
this.#go(kind);
this.#speak();
this.#reveal();
this.#say([this.#words[word],...texts].join(" "));
}
#clearTrouble(){
const{problem,field}=this.#chat;
problem.hidden=true;
problem.replaceChildren();
this.#failed=null;
field.removeAttribute("aria-invalid");
field.setAttribute("aria-describedby","hint");
this.#go("chat");
}
online(isOn){
if(!this.#chat||this.#abort||this.#state==="ending")return;
if(!isOn)this.#trouble("offline","offline",this.#failed?["retry"]:[]);
else if(this.#state==="offline")this.#clearTrouble();
}
#touch(){
if(!this.#chat)return;
if(this.#state==="idle")this.#clearTrouble();
this.#active=Date.now();
this.checkIdle();
}
get #idleMs(){
const minutes=Number(this.getAttribute("idle-minutes"));
return(minutes>=1?minutes:15)*MINUTE;
}
checkIdle(){
if(!this.#chat)return;
const left=this.#active+this.#idleMs+WARNING_MS-Date.now();
if(left<=0)return this.#end("idle");
if(left<=WARNING_MS&&this.#state!=="idle")this.#trouble("idle","idle",["keep"]);
this.#after("idle",Math.min(left,15_000),()=>this.checkIdle());
}
#again(){
this.wipe("end");
this.#start();
}
#end(reason){
const focused=this.#shadow.activeElement;
this.wipe(reason);
if(!this.#hidden){
this.#view("ended",ended(()=>{
this.#panel=null;
this.#render();
this.#focusTitle();
}));
}
this.#render();
if(reason==="end")announce(this.#words.ended,this.#lang);
else this.#say(this.#words.ended);
if(!focused)return;
if(this.#hidden)this.#frame.querySelector(".launcher").focus();
else this.#focusTitle();
}
wipe(reason){
silence();
const conversation=this.#conversation;
this.#conversation=null;
this.#abort?.abort();
this.#account?.clear();
if(conversation)end(this.#api,conversation,reason);
for(const name of Object.keys(this.#timers))this.#after(name);
if(this.#chat){
this.#chat.field.value="";
this.#chat.list.replaceChildren();
}
this.#panel?.remove();
this.#abort=this.#account=this.#panel=this.#chat=this.#asked=this.#answer=this.#group=null;
this.#failed=this.#sent=null;
this.#calls=false;
this.#state="notice";
this.#frame.removeAttribute("data-danger");
this.#covered=false;
this.#say("");
}
exited(){
this.wipe("exit");
this.#hidden=!this.hasAttribute("inline");
this.#render();
}
leave(){
leave(this.#exit,this.#words.loading,[
()=>this.wipe("exit"),
()=>(this.#frame.dataset.state="exiting"),
()=>this.#shadow.replaceChildren(),
hush,
]);
}
away(){
this.wipe("left");
this.#hidden=!this.hasAttribute("inline");
this.#shadow.replaceChildren();
hush();
}
shift(left){
if(!this.busy||document.body.dataset.govukFrontendExitThisPageKeypress)return;
if(left)announce(this.#words[left===1?"shift_one":"shift_two"],this.#lang);
else this.leave();
}
key(name){
if(this.busy&&name==="Escape"&&this.#escapes)this.leave();
}
fit(){
if(!this.#frame?.isConnected)return;
dress(this,this.#frame);
const docked=DOCKED.matches&&!this.hasAttribute("inline");
const theirs=document.querySelector(this.hostExits);
const stays=theirs&&staysAt(theirs,this);
const yields=!docked&&stays!==null;
this.#frame.toggleAttribute("data-docked",docked);
this.#frame.toggleAttribute("data-yields",yields);
this.#frame.style.setProperty("--below",`${(yields && stays) || 0}px`);
if(this.#panel?.isConnected){
lift(this.#panel,docked);
lift(this.#panel.querySelector(".exit"),!docked&&!yields);
}
if(visualViewport)this.follow(visualViewport);
else this.#makeRoom();
const card=this.#frame.querySelector(".closed");
if(card)lift(card,docked);
if(theirs)this.uncover(theirs);
}
#makeRoom(){
const [bar,exit]=[".bar",".bar .exit"].map((part)=>this.#panel?.querySelector(part));
if(!bar?.isConnected||visualViewport?.scale>1)return;
const [around,way]=[bar,exit].map((node)=>node.getBoundingClientRect());
const isLeft=this.#frame.dataset.side==="left";
const taken=Math.max(isLeft?way.right-around.left:around.right-way.left,0);
this.#frame.style.setProperty("--taken-left",`${isLeft ? taken : 0}px`);
this.#frame.style.setProperty("--taken",`${isLeft ? 0 : taken}px`);
}
follow({offsetTop,offsetLeft,width,height,scale}){
if(!this.#frame)return;
const{style}=this.#frame;
style.setProperty("--seen",`${height * scale}px`);
this.#frame.toggleAttribute("data-short",height*scale<SHORT);
style.setProperty("--vy",`${offsetTop}px`);
style.setProperty("--vx",`${offsetLeft + width - document.documentElement.clientWidth}px`);
this.#makeRoom();
}
uncover(part){
const{x,y,width,height}=part.getBoundingClientRect();
const{dataset}=this.#frame;
if(part!==this&&document.elementFromPoint(x+width / 2,y+height / 2)===this){
dataset.side=dataset.side==="left"?"right":"left";
this.#makeRoom();
}
}
#after(name,ms,task){
clearTimeout(this.#timers[name]);
if(task)this.#timers[name]=setTimeout(task,ms);
}
}
function watchPage(){
allowNoQuestions();
watchKeys((left)=>current?.shift(left),(name)=>current?.key(name));
addEventListener("pagehide",()=>current?.away());
addEventListener("pageshow",(event)=>event.persisted&&current?.connectedCallback());
addEventListener("online",()=>current?.online(true));
addEventListener("offline",()=>current?.online(false));
document.addEventListener("visibilitychange",()=>(document.hidden?silence():current?.checkIdle()));
document.addEventListener("focusin",(event)=>current?.uncover(event.target));
document.addEventListener("click",(event)=>{
if(!current||!event.composedPath().some((node)=>node.matches?.("[data-open-chat]")))return;
event.preventDefault();
current.open();
});
document.addEventListener("click",(event)=>{
const exits=current?.hostExits;
if(current?.busy&&event.composedPath().some((node)=>node.matches?.(exits)))current.exited();
},true);
for(const query of [DOCKED,DARK])query.addEventListener("change",()=>current?.fit());
addEventListener("resize",()=>current?.fit());
for(const name of ["resize","scroll"]){
visualViewport?.addEventListener(name,()=>current?.follow(visualViewport));
}
}
if(!customElements.get(NAME)){
watchPage();
customElements.define(NAME,ForceChat);
mount(NAME);
}
