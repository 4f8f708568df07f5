"""Phrases the word rules are held to, by the name of the pattern that must see each (cues.yml)."""

from __future__ import annotations

# Danger now. Written as people type in fear: short, without apostrophes, with typing errors.
PRESENT_DANGER = {
    "standing near or inside": [
        "he is outside my house now",
        "hes outside",
        "he's right outside my flat",
        "she's stood at my front door",
        "they are in my garden",
        "someone is in my house",
        "someones in my house",
        "my ex is parked across the road",
        "some bloke is waiting outside my work",
        "stalker is downstairs",
        "my dads outside",
        "my husband is at the door",
        "he is at my kids school",
        "pls help hes in the house",
        "oh god he's back hes outside",
        "im so scared hes here",
    ],
    "someone there": ["there is a man in my garden", "theres someone at the door"],
    "at the door or window": [
        "he keeps banging on my door",
        "he is trying to get in",
        "kicking my door in",
        "someone rattling the handle",
    ],
    "getting in": [
        "someone is breaking in",
        "he has broken into my flat",
        "he got inside",
        "hes climbing in",
    ],
    "following me": ["he's following me home", "a man is following me", "she is behind me"],
    "being followed": ["i am being followed", "im getting chased"],
    "the same car or man": ["same van behind us", "a car is following me"],
    "on the way": [
        "he's on his way to mine",
        "says he is coming over",
        "hes 5 mins away",
        "he'll be here any minute",
    ],
    "weapon": [
        "he has a knife",
        "he's got a gun",
        "standing there with a hammer",
        "he's carrying acid",
    ],
    "threat to kill or hurt": [
        "he is going to kill me",
        "he said he will kill me tonight",
        "threatening to stab me",
        "he's gonna hurt me",
    ],
    "being hurt": ["he is hitting me", "my boyfriend is strangling me"],
    "held or locked in": [
        "he won't let me leave",
        "he's locked me in",
        "he has taken my phone",
    ],
    "hiding": ["hiding in the bathroom", "i've locked myself in the toilet"],
    "cannot speak": ["i cant talk", "i cannot speak he is listening"],
    "child taken": ["he has taken my daughter", "he snatched our little boy"],
    "asking for help to be sent": ["please send the police", "ring the police for me"],
    "help me now": ["help me please", "help us", "i need help now"],
    "fire or car": [
        "he has set fire to my car",
        "he poured petrol through the letterbox",
        "my brakes have been cut",
        "he is ramming my car",
    ],
    "heard or seen now": ["i can hear him on the stairs", "footsteps outside"],
    "a weapon and no more": ["🔪", "he has 🔫", "knife. now", "🔪🔪🔪 🚪"],
}

# Not happening now, each by one or more signs.
NOT_NOW = {
    "told in the past": [
        "he was outside my house",
        "he followed me home",
        "she turned up at my door",
        "he used to wait outside",
    ],
    "a past time": [
        "standing outside last night",
        "he threatens to kill me two years ago",
        "it happened when i was at school, he had a knife",
        "yesterday he is at the door",
    ],
    "imagined or feared": [
        "what if he is outside",
        "if he comes here what do i do",
        "i'm scared he'll kill me",
        "he might be in the garden",
    ],
    "denied": [
        "he isn't outside",
        "he's not here",
        "nobody is following me",
        "no one is outside",
    ],
    "fiction or a joke": [
        "in the film he has a knife",
        "on netflix someone is breaking in",
        "it is a dream, he is in my house",
        "my coursework is about a man with a gun",
        "song lyrics he is going to kill me",
    ],
    "over": [
        "he is gone now",
        "he left",
        "arrested for breaking in",
        "he is in prison but he is going to kill me",
        "i am safe now",
    ],
    "a routine, not this moment": [
        "he always sits outside",
        "every day he is outside my work",
        "he keeps texting he is coming over",
        "for months he is parked outside",
    ],
}

# Nothing of danger in them.
CALM = [
    "",
    " ",
    "hello",
    "how do i report stalking",
    "what is a stalking protection order",
    "how long does an order last",
    "my ex keeps messaging me",
    "he posts about me online",
    "i need help with a form",
    "how do i get in touch with you",
    "i want to break in my new shoes",
    "i'm outside the uk",
    "my phone is here",
]

# One sentence as it may arrive.
DISGUISES = {
    "plain": "he is outside my house",
    "capitals": "HE IS OUTSIDE MY HOUSE",
    "curly quote": "he’s outside my house",
    "no quote": "hes outside my house",
    "backtick": "he`s outside my house",
    "zero-width": "h\u200be is out\u200dside\ufeff my house",
    "soft hyphen": "he is out\u00adside my house",
    "control characters": "he\x00 is\x07 outside\x1b my house",
    "cyrillic look-alikes": "hе is оutsidе my hоusе",
    "full width": "ＨＥ ＩＳ ＯＵＴＳＩＤＥ my house",
    "right-to-left marks": "\u202ehe is outside\u202c my house",
    "among arabic": "مرحبا he is outside my house ساعدوني",
    "repeated letters": "heee isss outsiiiide my houseeee",
    "line breaks": "he is\n\n  outside\tmy house",
    "figures for letters": "h3 1s 0uts1de my h0use",
    "dots for spaces": "he.is.outside.my.house",
    "no spaces": "heisoutsidemyhouse",
    "spaced out": "h e i s o u t s i d e my house",
    "accents": "hé ís òutsíde my hôuse",
    "piled marks": "h̷e̶ i̵s̷ o̷u̸t̵s̶i̴d̵e̶ my house",
    "letters in squares": "🅷🅴 is outside my house",
    "pictures": "he is outside my 🏠",
}

CRISIS = [
    "i want to die",
    "WANT TO DIEEEE",
    "wanna die",
    "i'm going to kill myself",
    "kill my self",
    "she is going to kill herself",
    "he says he will kill himself if i leave",
    "i feel suicidal",
    "im thinking about suicide",
    "i want to end my life",
    "ending his life",
    "i want to end it all",
    "i've been cutting myself",
    "i keep hurting myself",
    "i took an overdose",
    "they'd be better off dead",
    "i don’t want to be here any more",
    "i dont want to live anymore",
    "no reason to live",
]

NO_CRISIS = [
    "",
    "hello",
    "how do i end my relationship safely",
    "when does it end",
    "the end of my lease",
    "can i end my contract early",
    "he wants to kill me",
    "he is hurting me",
    "i nearly died laughing",
]
