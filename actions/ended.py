"""What words tell of a danger that was told before: over, not over, never there, back again.

The models take "he is with me" and "police are with me" for the same. Here the words decide, and in
doubt it is asked once more (`actions.over`).
"""

from __future__ import annotations

import re

from bot.safety import steering
from bot.safety.normalise import normalise

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
# Words that end no danger that is open: "police came and left", "hes been released".
_NO_END = re.compile(
    r"\bpolice (?:\w+ ){0,2}(?:and|then) (?:left|gone|went)\b"
    r"(?!.*\b(?:with|have|got|took) (?:him|her|them)\b)"
    # Who was taken away is out again.
    r"|\b(?:released|escaped|on bail|got bail)\b"
    r"|\b(?:police|cops|they|theyve|court) (?:\w+ )?let (?:him|her|them) (?:out|go)\b"
    r"|\bout of (?:prison|jail|custody|(?:the )?(?:police car|(?:hand)?cuffs))\b"
    r"|\b(?:he|hes) (?:\w+ )?got (?:out|away|loose)\b"
    # Without those who were there, or only hoped.
    r"|\b(?:staff|security|guards?) (?:\w+ )?(?:gone|left|went)\b"
    r"|\bgot (?:him|her) on (?:the )?(?:phone|camera|cctv)\b|\b(?:hopefully|probably|presumably)"
    r" (?:(?:hes|shes|its|theyve|just|all) )*(?:gone|left|safe|over|finished)\b"
    # Somebody is with him.
    r"|\b(?:kids?|child|children|baby|son|daughter|boys?|girls?|shes|she is|theyre|they are|still)"
    r" (?:(?:are|is|still|all|both) )*(?:with|at) (?:him|his|hers)(?: now)?$"
)
# In a few words: who is safe only behind a door is not.
_BEHIND_A_DOOR = re.compile(
    r"\b(?:doors?|windows?) (?:is |are )?(?:locked|shut|bolted)\b|\blocked (?:in|the door|myself)\b"
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
_MISTAKE = re.compile(
    r"\b(?:mistake|joke|joking|jk|kidding|typo|testing|wrong (?:word|chat|window)|oops"
    r"|ignore (?:that|me)|hypothetical\w*|example|postman|delivery|not what i meant"
    r"|never any danger|just a question|on (?:the )?(?:telly|tv))\b"
)
# Denied, guessed, or only what somebody looks like or says: "dressed as a postman".
_NO_MISTAKE = re.compile(
    r"\b(?:no|not|isnt|aint|wasnt|nor)(?: (?:a|an|the|any|my|just))?(?: \w+ing)? "
    r"(?:mistake|joke|joking|kidding|testing|typo|postman|delivery)\b"
    r"|\b(?:maybe|might|perhaps|possibly|could|dressed|disguised|pretend\w*|acting|says?|said"
    r"|claims?|thinks?|as a|like a)\b"
    r"|\b(?:nobody|no one|didnt|havent|hasnt|not) (?:\w+ )?(?:order|expect)\w*\b"
    r"|\bnothing to do with\b"
    r"|\bthought (?:\w+ ){0,3}(?:postman|delivery)\b"
    r"|\bmistake (?:to|letting|that|opening|telling)\b|\bignore me (?:if|when)\b"
)
# It is long past, not now, or far away ...
_PAST = (
    r"(?:last (?:night|week|month|year|summer|weekend|\w+day)|yesterday|ages ago"
    r"|(?:(?:a )?(?:few|couple of|long|\w+) )?(?:days?|weeks?|months?|years?|time) ago|years"
    r"|in the past|on \w+day|in (?:january|february|march|april|may|june|july|august|september"
    r"|october|november|december))"
)
_NOT_NOW = r"not (?:\w+ )?(?:happening|now|today|tonight)(?: (?:now|today|any ?more))?"
_FAR = (
    r"(?:(?:(?:hes|he is|shes|she is) (?:still |now |back )?)?(?:in (?:prison|jail)|abroad)"
    r"|(?:hes|he is|shes|she is) not (?:h?ere|around|near))"
)
_NEVER_WAS = re.compile(rf"\b(?:{_PAST}|{_NOT_NOW}|{_FAR}|nothing|neither)\b")
# ... and nothing else is said: "he came yesterday too" is more.
_ONLY_THAT = re.compile(
    rf"(?:(?:{_PAST}|{_NOT_NOW}|{_FAR}|no+|nope|nah|sorry|oops|oh|ok|i|mean|meant|it|its|this|that"
    r"|thats|they|all|just|only|was|is|were|happened|about|really|nothing|neither|lol|thanks"
    r"|thank you|at the moment)(?: |$))+"
)
# "I mean" answers without a question.
_MEANT = re.compile(r"\bi (?:mean|meant)\b")
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
# Whole messages; without a subject they are about who had gone.
_BACK = re.compile(
    r"(?:(?:oh|no|god|omg|shit|fuck|wait|help|he|hes|she|shes|they|theyre|it|its|now|and|is|are|at"
    r"|the|my|door|window) )*"
    r"(?:back|returned|here|outside|there|knocking|banging)"
    r"(?: (?:again|now|at|the|my|door|outside))*"
)
_SLIP = re.compile(
    r"\b(?:pressed|hit|tapped|clicked) (?:the )?wrong\b|\bwrong button\b|\bby accident\b"
)
_RELEASED = re.compile(
    r"\b(?:released|let out|out of (?:prison|jail|custody)|got bail|bailed|ran out|expired)\b"
)
# Words.
_FEW, _A_LINE, _LONGEST = 6, 9, 16
_SIGNS = re.compile(r"[^a-z0-9 ]+")


def denies_safety(text: str) -> bool:
    """Whether words say that somebody is not safe yet, or ask: "police haven't found him"."""
    return bool(_NOT_SAFE.search(words(text))) or text.rstrip().endswith("?")


def denies_end(text: str) -> bool:
    """The same while danger is open, when more words leave it open: "hes been released"."""
    said = words(text)
    is_behind_a_door = len(said.split()) <= _A_LINE and bool(_BEHIND_A_DOOR.search(said))
    return denies_safety(text) or is_behind_a_door or bool(_NO_END.search(said))


def tells_an_end(text: str) -> bool:
    """Whether words tell why it is over. "He is with me" and "I'm with my kids" may mean anything.

    More words than a few tell by themselves what they mean.
    """
    said = words(text)
    return len(said.split()) > _FEW or bool(_TELLS_AN_END.search(said))


def is_of_others(text: str) -> bool:
    """Whether words are only about somebody else: "my sister is safe"."""
    said = words(text)
    return bool(_OF_OTHERS.match(said)) and not _MORE_THAN_THEM.search(said)


def says_ended(text: str) -> bool:
    """Whether a whole text says that a danger is over: "yep sorted cheers", "they arrested him"."""
    return is_whole(_SAYS_ENDED, text) and not steering.asks(text)


def says_never_was(text: str) -> bool:
    """Whether a whole text says that a danger is past, far off or was none: "i meant last week"."""
    said = words(text)
    is_past = _NEVER_WAS.search(said) and is_whole(_ONLY_THAT, text)
    return (bool(is_past) and not denies_end(text)) or says_mistake(text)


def means_the_past(text: str) -> bool:
    """The same of what was told before, where nothing was asked: "i meant last week"."""
    return bool(_MEANT.search(words(text))) and says_never_was(text)


def says_mistake(text: str) -> bool:
    """Whether words tell that there never was a danger: "wrong word lol", "its on the telly"."""
    said = words(text)
    is_said = _MISTAKE.search(said) and not _NO_MISTAKE.search(said)
    return bool(is_said) and not denies_end(text)


def says_back(text: str) -> bool:
    """Whether a whole text says that who had gone is there again: "back again", "here now"."""
    return is_whole(_BACK, text)


def says_pressed_wrong(text: str) -> bool:
    """Whether words tell that what was said last was a slip of the thumb."""
    return bool(_SLIP.search(words(text)))


def tells_of_release(text: str) -> bool:
    """Whether words tell that somebody is out of prison, or that an order ran out."""
    return bool(_RELEASED.search(words(text)))


def is_whole(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the words of a text are what a pattern finds, and no more.

    A few words only: some of these patterns can be cut in two ways at each phrase, and a text made
    for it would take them twice as long with every one more.
    """
    said = words(text)
    return len(said.split()) <= _LONGEST and bool(pattern.fullmatch(said))


def words(text: str) -> str:
    """The words of a text, without signs and apostrophes."""
    return " ".join(_SIGNS.sub(" ", normalise(text).replace("'", "")).split())
