"""What words tell of a danger that was told before: over, not over, back again.

The models take "he is with me" and "police are with me" for the same. Here the words decide, and in
doubt it is asked once more (`actions.over`).
"""

from __future__ import annotations

import re

from bot.safety import steering
from bot.safety.normalise import plain_words

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
    r"(?:car|van|truck|door|gate|window|garden|corner|kitchen|bathroom|toilet|loo|shower|garage"
    r"|shed"
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
    r"|\b(?:he|she) (?:says|said|made me|makes me|told me)\b|^this is (?:her|his)\b"
    r"|(?<!with an )(?<!with the )\bofficer$"
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
    # In dialect; and what is wished or wanted: "i need somewhere safe".
    r"|\b(?:aint|isnt|isny|isnae|hasny|hasnae|wont|naw|no longer|hardly"
    r"|(?:im|am|hes|shes|its|theyre) (?:no|nae)) (?:\w+ )?(?:over|safe|left|gone|away|stopped"
    r"|all ?right|ok)\b"
    r"|\b(?:want|wanna|need|wish|keep|dont|hardly|nowhere|how|will|if) (?:\w+ ){0,4}safe\b"
    r"|\bsafe (?:if|so long)\b|\bno safe\b"
    # Nobody knows where he is, or he is gone for something.
    r"|\b(?:i|we|you|police|cops|officers|they|mum|nobody) (?:dont|didnt|do not|did not|doesnt|does"
    r" not) (?:know|see) (?:where|which)\b|^(?:dont|didnt) know\b"
    r"|\b(?:gone|away) (?:for (?:a|my|his|her)|to (?:get|fetch|find|pee|mine|my|school|nursery)|tae"
    r"|getting|shop|mad|mental|round|down|out(?: the)? back|looking|with my)\b"
    r"|\bwent home (?:for|to)\b|\b(?:hasnt|didnt) (?:come|get) in yet\b|\bdoesnt see me\b"
    # He took somebody along, or caught who writes.
    r"|\b(?:left|ran off|ran away|drove off|gone|went off|made off) with (?:my|the|our)\b"
    r"|\bleft (?:the (?:room|engine|door)|his|her|to)\b|\bstopped (?:at|outside|by) my\b"
    r"|\b(?:he|hes|he has|shes|she) (?:just )?(?:caught|cuffed|lifted|detained|locked up)\b"
    r"|\b(?:im|i am|ive been|being) (?:cuffed|caught|detained)\b|\bcuffed me\b"
    r"|\b(?:police|cops|officers|security|staff|guards?) (?:have|has) "
    r"(?:not|no|said|told|my|the|been|him on)\b"
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
    r"(?:kids?|children|baby|babies|son|daughter|boys?|girls?|mum|mam|dad|sister|brother|friend"
    r"|mate"
    r"|neighbours?|dog|cat|she|shes|they|theyre)\b"
)
_MORE_THAN_THEM = re.compile(
    r"\b(?:i|im|ive|me|we|were|weve|us|he|hes|him|police|cops|arrested|custody|gone|left|over|came"
    r"|made|took|got|threw)\b"
)
_HELPERS = (
    r"(?:police\w*|cops?|coppers?|bobb(?:y|ies)|polis|officers?|sergeant|feds|security|guards?"
    r"|staff|bouncers?|paramedics?|ambulance|nurses?|firem[ae]n)"
)
# What tells of an end: who protects them is there, or who threatened them is gone.
_TELLS_AN_END = re.compile(
    rf"\b{_HELPERS} (?:(?:are|is|r|have|has|ve|just|finally|now|all|car|both|who|came) )*"
    r"(?:h?ere|there|now|arrived|came|come|turned up|got|took|taken|removed|threw|made|have|has"
    r"|with|outside|talking|speaking|dealing|dealt|sorted|stopped|caught|pulled up|showed up"
    r"|sitting|sat)\b"
    r"|\b(?:with|wi|wiv|by|to) (?:the |a |an |two |some )*"
    r"(?:police\w*|cops?|coppers?|polis|officers?|paramedics?|nurses?)\b"
    r"|\b(?:in|at|inside|to|of) (?:the |a |an |my )*(?:police (?:station|car|van)|cop shop|station"
    r"|hospital|refuge|ambulance)\b"
    r"|\b(?:nicked|lifted|cuffed|arrested|detained|custody|cells?|jail|prison|caught)\b"
    rf"|\b(?:they|theyve|we|weve|who|{_HELPERS}|neighbours?|dad|brothers?|mates?|friends?)"
    r"(?: (?:have|has|ve|just|all|both|came|and))* (?:got|took|taken|picked|threw|marched|carted"
    r"|made|put|kicked|chucked|escorted|moved|sent) (?:him|her|them|im|me up|us up|up|off)\b"
    r"|\b(?:(?:got|gone|went|ran|run|drove|driven|flew|flown|walked|moved|sent|scared|chased|took"
    r"|taken|backed|hes|shes|him|her|them|it|im|we) )away\b(?! last| before)"
    r"|\b(?:ok|okay|alright|all right|fine|better|good) now\b"
    r"|\b(?:legged it|ran|flown|drove|driven|scarpered|passed|calm|finished|over|done"
    r"|gone|left|stopped|sorted|safe|safely|telly|tv|false alarm|the cat|delivery|went home"
    r"|dealt with|locked up|(?:doesnt|dont|didnt|does not|do not) (?:know|see) (?:where|which|me)"
    r"|(?:didnt|did not|hasnt|couldnt) (?:get on|follow|come after|come in|get in))\b"
)
# To "Is the danger over?" so does where somebody is now, with people who are not the danger.
_ELSEWHERE = re.compile(
    r"\b(?:im|i am|were|we are|i got|ive got|we got|weve got|i made it|we made it) (?:(?:now|home"
    r"|safe|back|over|round|just|all|inside|both) )*(?:at|to|with|round) (?:my |a |the |our "
    r"|her |me )(?:\w+ )?"
    r"(?:neighbours?|mums?|mams?|mothers?|dads?|das|fathers?|mates?|friends?|pals?|sisters?"
    r"|brothers?|nans?|grans?"
    r"|parents?|aunt\w*|uncles?|cousins?|colleagues?|manager|shop|supermarket|petrol station|pub)\b"
    r"(?!.* (?:he|she|hes|shes|they|theyre)\b(?! (?:doesnt|dont|didnt|wont)\b))"
)
# The same words of an earlier time: "the police took him away last time".
_EARLIER = re.compile(
    r"\b(?:last time|before(?! (?:i|they|police|the police)\b)|in the past|previously"
    r"|used to|been (?:out|round) to"
    r"|(?:days?|weeks?|months?|years?) ago|last (?:week|month|year))\b"
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
    r"(?:(?:oh|no|yes|yeah|yep|aye|god|omg|shit|fuck|wait|he|hes|she|shes|they|theyre|it|its"
    r"|now|and|is|are|at"
    r"|the|my|door|window) )*"
    r"(?:back|returned|here|outside|there|knocking|banging)"
    r"(?: (?:again|now|at|the|my|door|outside))*"
)
_RELEASED = re.compile(
    r"\b(?:released|let out|out of (?:prison|jail|custody)|got bail|bailed|ran out|expired)\b"
)
# Words.
_A_LINE, _LONGEST = 9, 16


def denies_safety(text: str) -> bool:
    """Whether words say that somebody is not safe yet, or ask: "police haven't found him"."""
    return bool(_NOT_SAFE.search(plain_words(text))) or text.rstrip().endswith("?")


def denies_end(text: str) -> bool:
    """The same while danger is open, when more words leave it open: "hes been released"."""
    said = plain_words(text)
    is_behind_a_door = len(said.split()) <= _A_LINE and bool(_BEHIND_A_DOOR.search(said))
    return denies_safety(text) or is_behind_a_door or bool(_NO_END.search(said))


def tells_an_end(text: str, *, is_asked: bool = False) -> bool:
    """Whether words tell why it is over. "He is with me" and "I'm with my kids" may mean anything.

    However many they are: "I came home and he was here" is a place, too.

    Args:
        text: what was typed.
        is_asked: "Is the danger over?" was asked, so that "I'm at my mum's" is an answer.
    """
    said = plain_words(text)
    is_told = _TELLS_AN_END.search(said) or (is_asked and _ELSEWHERE.search(said))
    return bool(is_told) and not _EARLIER.search(said)


def is_of_others(text: str) -> bool:
    """Whether words are only about somebody else: "my sister is safe"."""
    said = plain_words(text)
    return bool(_OF_OTHERS.match(said)) and not _MORE_THAN_THEM.search(said)


def says_ended(text: str) -> bool:
    """Whether a whole text says that a danger is over: "yep sorted cheers", "they arrested him"."""
    return is_whole(_SAYS_ENDED, text) and not steering.asks(text)


def says_back(text: str) -> bool:
    """Whether a whole text says that who had gone is there again: "back again", "here now"."""
    return is_whole(_BACK, text)


def tells_of_release(text: str) -> bool:
    """Whether words tell that somebody is out of prison, or that an order ran out."""
    return bool(_RELEASED.search(plain_words(text)))


def is_whole(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the words of a text are what a pattern finds, and no more.

    A few words only: some of these patterns can be cut in two ways at each phrase, and a text made
    for it would take them twice as long with every one more.
    """
    said = plain_words(text)
    return len(said.split()) <= _LONGEST and bool(pattern.fullmatch(said))
