"""What a short word answers: "yes" a question, "ok" mostly nothing.

The labels do not tell them apart: "yes", "ok" and "fine" are all `affirm`. Where a yes ends an
alarm, that matters, for "ok" after "Call 999 now" means "I will".
"""

from __future__ import annotations

import re

from bot.safety import steering
from bot.safety.normalise import normalise

_YES_WORDS = r"y|ye|yes+|yea+h*|yeh|yah|yh|yep|yup|aye"
# Only in these is a yes. Emoji count for none: a thumb up is an "ok".
_YES = re.compile(
    rf"\b(?:{_YES_WORDS}|it is|it has|correct|true|definitely"
    r"|absolutely|indeed|affirmative|thats right)\b"
)
# "Yes I will", "yes calling now": to what the chat said, not to what it asked. And "yes but ...".
_NO_ANSWER = re.compile(
    r"\b(?:will|ill|gonna|going to|(?:call|phone|ring|dial|text)(?:s|l?ing)?|doing|on it"
    r"|but|still|not|isnt|no|never)\b"
)
_PLEA = re.compile(r"\b(?:please|pls|plz|help)\b")
# "Not sure" to the question asked; with more words it is about something else.
_DOUBT = re.compile(
    r"(?:(?:i|im|am|id|a bit|not|really|too|quite|sure|unsure|dont|do|know|idk|maybe|perhaps"
    r"|possibly|probably|might|may|could|can|be|think|so|sometimes|um|hmm|he|she|they|someone|it)"
    r"(?: |$))+"
)
# "Yes wait" and "yes, later" are none of these.
_SENDS = re.compile(
    rf"(?:(?:{_YES_WORDS}|ok|okay|k|sure|fine|correct|right|thats|it|is"
    r"|all|good|looks|please|pls|plz|do|send|go|ahead|on|then|pass|i|agree|confirm|thanks"
    r"|thank|you|thx|ta|cheers|definitely|absolutely|of|course|to|them|police)(?: |$))+"
)
_OK = re.compile(
    r"(?:(?:ok|okay|k|kk|right|fine|sure|alright|cool|thanks|thank you|thx|ta|cheers)(?: |$))+"
)
# Words that deny safety, also where the whole looks like it: "it's NOT over".
_NOT_SAFE = re.compile(
    r"\b(?:not|isnt|aint|never) (?:(?:really|quite|all|yet|exactly|fully|completely) )*"
    r"(?:over|safe|finished|done|ended|gone|sorted)\b"
    r"|\b(?:havent|hasnt|not|cant|couldnt|didnt|never) (?:\w+ )?"
    r"(?:found|find|caught|catch|got him|got her|got them|left|gone|stopped|arrested)\b"
    r"|\b(?:looking|searching|hunting) for (?:him|her|them)\b|\bnot yet\b"
    r"|\b(?:gone|went|goes|all|too|very|its) quiet\b"
    r"|\b(?:came|is|hes|shes|are|theyre) back\b"
    r"|\b(?:could|might|may) (?:still )?be (?:anywhere|near)"
    r"|\b(?:havent|not|didnt) (?:checked|check|looked|look)\b"
    r"|\bstill (?:h?ere|there|outside|in|out|looking|about|around)\b"
    r"|\bwrong (?:one|man|woman|person|bloke|guy|lad|fella)\b"
    r"|\bnever (?:really |ever )?(?:stopped|ended|left|went)\b"
    r"|\b(?:police|cops|officers|polis|help|ambulance)(?: (?:is|are|r))? (?:still )?"
    r"(?:coming|on (?:(?:the|their|there|its) )?way)\b"
    r"|\b(?:will|hell|shell|theyll|might|may|could|gonna|going to) (?:\w+ )?(?:be|come) back\b"
    # Quiet for now, or a few steps away, is not gone.
    r"|\b(?:calmed|calming|cooled|settled) (?:\w+ )?down\b"
    r"|\b(?:hes|shes|theyre|he is|she is|they are) (?:\w+ )?(?:asleep|sleeping|passed out)\b"
    r"|\b(?:gone|went|moved|walked|backed|stepped) (?:back )?"
    r"(?:(?:in|out|up|down|over|round|away|off) )*(?:to|from|into|in|inside|round|behind|by) "
    r"(?:his|her|their|the|my|our|a|next) (?:\w+ )?"
    r"(?:car|van|truck|door|gate|window|garden|corner|kitchen|bathroom|toilet|loo|shower|garage|shed"
    r"|hall|hallway|stairs|room|drive|path|road|street|pavement)\b"
    r"|\b(?:gone|went) (?:(?:home )?to (?:bed|sleep|work|get|my|the (?:pub|shops?|toilet|loo))"
    r"|next door|upstairs|downstairs|inside|outside)\b"
    r"|^(?:im|i am|were|we are) (?:(?:at|in) )?(?:home|the house|my (?:house|flat|room))(?: now)?$"
    # Nor is what lasts for a while, or is true of one of them only.
    r"|\bfor (?:now|a bit|a while|a (?:minute|sec|moment)|tonight)\b|\b(?:at the moment|atm)\b"
    r"|\b(?:until|till|as long as|whilst|unless)\b|(?<!come )\bback (?:later|soon|tonight|in a)\b"
    r"|\b(?:he|she|they) (?:is|are|was|isnt|arent)? ?not$|\b(?:hes|shes|theyre) not$"
    r"|\b(?:alone|on my own) with (?:him|her|them)\b"
    # Police who are not there for them.
    r"|\b(?:police|cops) (?:have |has )?(?:just |all )?(?:gone|left|drove|driven|went)\b"
    r"(?!.*\b(?:with|have|got|took) (?:him|her|them)\b)"
    r"|\bwrong (?:door|house|flat|address|street)\b|\b(?:dont|not) (?:need|want) (?:the )?police\b"
    r"|\bpolice .*\bfor (?:my |the )?(?:neighbours?|next door)\b"
    # Somebody else speaks, or tells them what to say.
    r"|\b(?:he|she) (?:says|said|made me|makes me|told me)\b|^this is (?:her|his)\b|\bofficer$"
)
# These are safe, which says nothing of who writes.
_OF_OTHERS = re.compile(
    r"(?:(?:at least|and|but|the|my|our|all|both|yes|yeah) )*"
    r"(?:kids?|children|baby|babies|son|daughter|boys?|girls?|mum|mam|dad|sister|brother|friend|mate"
    r"|neighbours?|dog|cat|she|shes|they|theyre)\b"
)
_MORE_THAN_THEM = re.compile(
    r"\b(?:i|im|ive|me|we|were|weve|us|he|hes|him|police|cops|arrested|custody|gone|left|over|came"
    r"|made|took|got|threw)\b"
)
# Whole messages that are a yes, perhaps with thanks: "yes im scared" is more.
_BARE_YES = re.compile(
    rf"(?:(?:{_YES_WORDS}|it is|its|is|correct|true|definitely|absolutely"
    r"|thats right|over|finished|safe|now|thanks|thank you|thank god|thx|ta|cheers|all|phew|sorry"
    r"|please|pls|ok|okay|x+)(?: |$))+"
)
# Whole messages that are a no to "Is this happening now?": "no just sat there" is more.
_PLAIN_NO = re.compile(
    r"(?:(?:no+|nope|nah|na|naw|never|just|really|actually|thanks|thank you|ta|sorry|today|tonight"
    r"|(?:(?:its|it is|this is|thats) )?not(?: (?:right|happening|really|just))*(?: (?:now|today"
    r"|tonight|currently|at the moment|at present|atm|any ?more))?"
    r"|it (?:isnt|wasnt)(?: happening)?(?: now)?|(?:it|this|that) (?:was|happened)"
    r"|yesterday|last (?:\w+ )?(?:week|night|month|year|weekend|time)|earlier|before|ages ago"
    r"|(?:a few |\w+ )?(?:days?|weeks?|months?|years?) ago|(?:im|i am) (?:ok|okay|fine|safe)"
    r"|(?:hes|he is|shes|she is|theyre|they are) (?:at work|not (?:h?ere|around|near)))(?: |$))+"
)
_MISTAKE = re.compile(
    r"\b(?:mistake|joke|joking|typo|testing|wrong word|oops|ignore (?:that|me)|hypothetical\w*"
    r"|example|postman|delivery|not what i meant|never any danger|just a question"
    r"|on (?:the )?(?:telly|tv))\b"
)
# After "Is it happening now, or is it over?": it is long past, far away, or never was.
_NEVER_WAS = re.compile(
    r"\b(?:last (?:night|week|month|year|summer|weekend|\w+day)|yesterday|(?:days?|weeks?|months?"
    r"|years?|ages) ago|years|in the past|on \w+day|in (?:january|february|march|april|may|june"
    r"|july|august|september|october|november|december))\b"
    r"|\bnot (?:\w+ )?(?:happening|now|right now|today|tonight)\b|\b(?:nothing|neither)\b"
    r"|\b(?:prison|jail|abroad)\b|\b(?:hes|he is|shes|she is) not (?:h?ere|around|near)\b"
)
# In a few words, what tells of an end: who protects them is there, or who threatened them is gone.
_TELLS_AN_END = re.compile(
    r"\b(?:police\w*|cops?|coppers?|bobb(?:y|ies)|polis|officers?|sergeant|feds|security|guards?"
    r"|staff|bouncers?|paramedics?|ambulance|nurses?|firem[ae]n|hospital|refuge|station)\b"
    r"|\b(?:nicked|lifted|cuffed|arrested|detained|custody|cells?|jail|prison|caught)\b"
    r"|\b(?:got|took|taken|picked|threw|marched|carted|made) (?:him|her|them|im|up|away|off)\b"
    r"|\b(?:ok|okay|alright|all right|fine|better|good) now\b"
    r"|\b(?:legged it|ran|run|flown|drove|driven|scarpered|away|passed|calm|finished|over|done"
    r"|gone|left|stopped|sorted|safe|safely|telly|tv|false alarm|the cat|delivery)\b"
)
# Whole messages that say that a danger is over, and not only that nobody is seen ("gone").
_SAYS_ENDED = re.compile(
    r"(?:(?:yes|yeah|yea|yep|yup|ye|y|yh|aye|ok|okay|phew|sorry) )*"
    r"(?:(?:its|it is|everythings|thats|all|its all) )*"
    r"(?:(?:they|police|the police|cops|the cops|officers) (?:(?:have|ve|just|finally) )*"
    r"(?:arrested|nicked|lifted) (?:him|her|them)"
    r"|(?:hes|he is|he has|he was|shes|she is|she has|she was|theyre|they are|they were)"
    r" (?:(?:been|just|now|finally) )*"
    r"(?:arrested|nicked|lifted|locked up|in (?:custody|jail|prison|(?:the )?cells|(?:hand)?cuffs))"
    r"|sorted|dealt with|finished|over|good|(?:danger|panic) over|(?:a )?false alarm"
    r"|(?:im|i am|were|we are|all) (?:(?:all|both) )?(?:safe|fine)|no danger(?: any ?more)?)"
    r"(?: (?:now|thanks|thank you|thx|cheers|ta|thank god|mate|love|pal|today|tonight))*"
)
# Words.
_FEW = 6
_SIGNS = re.compile(r"[^a-z0-9 ]+")


def is_meant(text: str) -> bool:
    """Whether a text that was understood as a yes is one, and not "ok" or "yes I will"."""
    said = _words(text)
    return bool(_YES.search(said)) and not _NO_ANSWER.search(said) and not steering.asks(text)


def is_plea(text: str) -> bool:
    """Whether a yes asks for something: "yes please" is no answer to "Is the danger over?"."""
    return bool(_PLEA.search(_words(text)))


def denies_safety(text: str) -> bool:
    """Whether words say that somebody is not safe yet, or ask: "police haven't found him"."""
    return bool(_NOT_SAFE.search(_words(text))) or text.rstrip().endswith("?")


def tells_an_end(text: str) -> bool:
    """Whether words tell why it is over. "He is with me" and "I'm with my kids" may mean anything.

    More words than a few tell by themselves what they mean.
    """
    said = _words(text)
    return len(said.split()) > _FEW or bool(_TELLS_AN_END.search(said))


def is_of_others(text: str) -> bool:
    """Whether words are only about somebody else: "my sister is safe"."""
    said = _words(text)
    return bool(_OF_OTHERS.match(said)) and not _MORE_THAN_THEM.search(said)


def is_only_yes(text: str) -> bool:
    """Whether a whole text is a yes, perhaps with thanks; "yes im scared" is more."""
    return bool(_BARE_YES.fullmatch(_words(text)))


def is_plain_no(text: str) -> bool:
    """Whether a whole text is a no to "Is this happening now?"; "no just sat there" is more."""
    return bool(_PLAIN_NO.fullmatch(_words(text)))


def says_never_was(text: str) -> bool:
    """Whether words tell that a danger is past, far away or was none: "i meant last week"."""
    is_said = _NEVER_WAS.search(_words(text)) or says_mistake(text)
    return bool(is_said) and not denies_safety(text)


def says_mistake(text: str) -> bool:
    """Whether words tell that there never was a danger: "wrong word lol", "its on the telly"."""
    return bool(_MISTAKE.search(_words(text))) and not denies_safety(text)


def is_mere_ok(text: str) -> bool:
    """Whether a text is "ok", "fine" or "thanks" and no more, which ends nothing."""
    return bool(_OK.fullmatch(_words(text)))


def is_unconditional(text: str) -> bool:
    """Whether a whole text is a yes and no more: "yes if it's safe" is not, nor is "yes wait"."""
    return bool(_SENDS.fullmatch(_words(text)))


def says_ended(text: str) -> bool:
    """Whether a whole text says that a danger is over: "yep sorted cheers", "they arrested him"."""
    return bool(_SAYS_ENDED.fullmatch(_words(text))) and not steering.asks(text)


def says_otherwise(text: str) -> bool:
    """Whether a yes holds words that make it another answer: "yes I will", "yes but", "not yet"."""
    return bool(_NO_ANSWER.search(_words(text))) or denies_safety(text)


def is_mere_doubt(text: str) -> bool:
    """Whether a text is "not sure" and no more; "I don't know what to do" is more."""
    return bool(_DOUBT.fullmatch(_words(text)))


def _words(text: str) -> str:
    return " ".join(_SIGNS.sub(" ", normalise(text).replace("'", "")).split())
