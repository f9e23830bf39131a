"""Whose statement a sentence is: the paper's own finding, what others found, an aim, or an announcement."""

from __future__ import annotations

import re

__all__ = ["announcement", "asserted", "belief", "doubtful", "of_others"]

_OF_OTHERS = re.compile(
    r"\b(?:previous(?:ly)?|prior|earlier|existing|recent|latest|modern|past|most|several|many|"
    r"other|related|much|extensive)\s+"
    r"(?:research|works?|stud(?:y|ies)|literature|papers?|approaches|methods|models|evidence|results|findings|reports?|"
    r"efforts|advances|progress|techniques|benchmarks|trials|reviews|systems)\b"
    r"|\b(?:has|have) (?:recently |also |previously |long |often |been )*(?:been )?(?:shown|"
    r"proven|demonstrated|reported|"
    r"found|observed|achieved|become|received|led|emerged|gained|spurred|seen|known|considered|"
    r"proposed|believed|argued)\b"
    r"|\b(?:it is|is|are) (?:well|widely|generally|commonly|often) (?:known|believed|accepted|assumed|thought|held|"
    r"recognized|recognised|established|applied|used)\b"
    r"|\([A-Z][\w’'-]+(?: et al\.?| and [A-Z][\w’'-]+)?,? (?:19|20)\d\d[a-z]?(?:;[^)]*)?\)"
    r"|\bet al\.,? \(?(?:19|20)\d\d|\[\d+(?:,\s*\d+)*\]",
    re.I,
)
# A sentence of its own ("we", "our", "this paper") is the paper's finding even when it names earlier work.
_OWN = re.compile(
    r"\b(?:we|our|ours|us|this (?:paper|work|study|article)|the (?:authors|proposed|present study)|in this|here|"
    r"(?:experimental |empirical )?(?:results|experiments|findings) (?:show|demonstrate|indicate|"
    r"suggest|reveal|confirm))\b",
    re.I,
)
_BELIEF = re.compile(
    r"\b(?:(?:widely|commonly|generally|often|long|usually|traditionally) (?:believed|assumed|"
    r"held|thought|expected|accepted|claimed)"
    r"|conventional wisdom|common(?:ly held)? (?:belief|assumption|view|wisdom)|earlier (?:belief|"
    r"work|stud(?:y|ies)|reports?|research)\b[^.]{0,60}?"
    r"\b(?:held|believed|assumed|claimed|argued|suggested|found|reported|showed|shows|shown|concluded|had)"
    r"|(?:previous|prior|past) (?:research|work|stud(?:y|ies)|literature)\b[^.]{0,60}?\b(?:shows?|"
    r"showed|shown|suggests?|suggested|found|finds?|"
    r"reports?|reported|held|holds|believed|assumed|claimed|argued|concluded)|(?:is|was|had been) (?:believed|"
    r"assumed|thought|expected) (?:that|to))",
    re.I,
)
_ANNOUNCEMENT = re.compile(
    r"\b(?:code|data|dataset|datasets|models?|corpus|resources?|implementation|software|demo|"
    r"checkpoints?|leaderboard)\b"
    r"[^.]{0,80}?\b(?:is|are|will be|be|made|be made)?\s*(?:publicly |freely |openly )?(?:available|"
    r"released|accessible|open[- ]sourced)\b"
    r"|\bwe (?:also |further |additionally |hope |will |make |publicly )*(?:release|provide|"
    r"publish|share|open-source|hope|propose|introduce|present|describe|develop|"
    r"investigate|explore|study|examine|aim|discuss|address|focus|consider|plan|extend|survey|review|formulate|"
    r"design|seek|ask|want|evaluate|analy[sz]e|compare|conduct|perform|experiment|test|use|apply|employ|adopt|train|"
    r"build|create|construct|collect|annotate|participate[ds]?|submit(?:ted)?|describe[sd]?)\b"
    r"|\bthis (?:paper|work|study|article|thesis|tutorial|report) (?:\w+ly )?(?:describes?|presents?|"
    r"proposes?|introduces?|investigates?|"
    r"explores?|studies|examines?|addresses|aims|discusses|focuses|surveys|reviews|analy[sz]es|"
    r"considers|deals|reports on)\b"
    r"|\bwe (?:enhance|address|tackle|modify|adapt|exploit|leverage|inject|incorporate|combine|"
    r"have seen)\b|^in recent years\b"
    r"|\bfuture (?:work|research|directions?|studies)\b|\bresearch directions?\b|\bI (?:will|"
    r"propose|present|describe|argue|discuss)\b|\bwe will\b|\bhttps?://|\bgithub\b",
    re.I,
)
# What was done, in the first person or as a procedure.
_DOING = re.compile(
    r"\bwe (?:\w+ly |also |further |then |first |here |thus |can |will )*(?:use|employ|appl(?:y|"
    r"ied)|adopt|train|compare|assess|evaluate|"
    r"regard|convert|enable|experiment|conduct|perform|test|treat|view|formulate|take|add|replace|combine|extend|"
    r"investigate|explore|study|examine|analy[sz]e|report|address|tackle|focus|build|create|collect|pretrain|"
    r"fine-tune|augment|encode|model|define|release|leverage|exploit|incorporate|integrate|inject|introduce|"
    r"propose|present|develop|design|describe|validate|choose|select|generate|construct|learn)(?:d|ed|s)?\b"
    r"|\b(?:is|are|was|were) (?:manually |then |first |also )?(?:annotated|trained|pretrained|"
    r"pre-trained|fine-tuned|built|"
    r"collected|constructed|compared|evaluated|encoded|designed|initiali[sz]ed|forced|encouraged|"
    r"based|used|described)\b"
    r"|\b(?:our|this|the) (?:approach|method|model|paper|framework|system) (?:gives|uses|compares|"
    r"learns|takes|combines|relies|"
    r"consists|contains|employs|does not (?:require|increase|need|rely))\b",
    re.I,
)
# "We improve X by efficiently optimising Y": a claim of the method, without a measurement.
_BY_DOING = re.compile(
    r"^[^0-9]*\bwe (?:\w+ly )?(?:improve|enhance|boost|reduce|enable|alleviate)\b[^0-9]*\bby (?:\w+ly )?\w+ing\b[^0-9]*$",
    re.I,
)
_PURPOSE = re.compile(
    r"\b(?:in order )?to (?:\w+ly |further |better )?(?:improve|enhance|increase|reduce|boost|"
    r"gain|achieve|outperform|yield|obtain|"
    r"show|find|demonstrate|observe|alleviate|mitigate|help|facilitate|strengthen|decrease|lower|raise)\b",
    re.I,
)
_RESULT = re.compile(
    r"\b(?:show|shows|showed|shown|showing|find|finds|found|finding that|demonstrates?|demonstrated|"
    r"observed?|observes?|"
    r"outperform\w*|surpass\w*|improv(?:es|ed|ements?)|achiev\w+|obtain(?:s|ed|ing)?|yield\w*|(?<!of )result(?:s|ed|ing)? in|"
    r"reveals? that|results (?:show|suggest|indicate|demonstrate|reveal|confirm)|gains?|increas(?:es|"
    r"ed)|reduc(?:es|ed|tion)|"
    r"better|worse|best|hurts?|degrad\w*|consistently|significant\w*|correlat\w+|neither|no (?:significant|"
    r"consistent))\b|\d+(?:\.\d+)?\s*(?:%|points?|BLEU|F1)",
    re.I,
)
# "We unveil new observations", "a detailed analysis of": results are promised, none is told; or advice is given.
_EMPTY_PROMISE = re.compile(
    r"\b(?:discuss(?:es)?|unveils?|uncovers?|reveals?|highlights?|provides?|offers?|gives?|presents?|"
    r"summari[sz]es?) (?:\w+ ){0,4}?"
    r"(?:shortcomings|conditions|insights?|observations|factors|limitations|drawbacks|challenges|"
    r"benefits and|analys[ie]s|overview|"
    r"directions|recommendations|guidelines|suggestions|importance|usefulness|promise)\b"
    r"|\bwe (?:\w+ly |therefore |also )?(?:emphasi[sz]e|recommend|advocate|encourage|call for|argue|believe|hope)\b"
    r"|\b(?:shed|sheds|shedding) (?:\w+ )?light\b|\bcan be (?:readily|easily) (?:applied|extended|used)\b",
    re.I,
)
_UNASSERTED = re.compile(
    r"\b(?:whether|in order to|aim(?:s|ed|ing)? (?:to|at)|with the (?:aim|goal) of|we (?:ask|"
    r"hypothesi[sz]e|investigate|explore|study|examine|propose|"
    r"introduce|present|hope|plan)|(?:can|could|does|do|is|are|will|would) (?:we|it|this|they)\b[^.]*\?|"
    r"hypothesi[sz]e[ds]?|"
    r"unclear|remains? (?:an )?open|to what extent|it is unknown|little is known|future work|"
    r"potential(?:ly)? to|would be|"
    r"ignore (?:all |any )?(?:previous|prior|above) instructions|mark every claim|designed to|"
    r"intended to|try to|tries to|attempts? to|seeks? to|"
    r"motivated by|promising way to|how to|need to|crucial to|important to|challeng\w+ to|called for)\b|\?\s*$"
    r"|^(?:to|for) (?:\w+ly )?(?:improve|enhance|reduce|boost|increase|address|tackle|alleviate|"
    r"mitigate|overcome|facilitate|help|"
    r"further|better|this end|that end)\b",
    re.I,
)


def of_others(sentence: str) -> bool:
    """Whether a sentence reports what others found or what is generally held, not what its paper found."""
    return bool(_OF_OTHERS.search(sentence)) and not _OWN.search(sentence)


def belief(sentence: str) -> bool:
    """Whether a sentence states, as an earlier view, what others held or found; a paper may go on to refute it."""
    return bool(_BELIEF.search(sentence)) and not re.search(
        r"\b(?:contrary to|in contrast to|unlike|consistent with|in line with)\b", sentence, re.I
    )


def announcement(sentence: str) -> bool:
    """Whether a sentence says what was done, made available or recommended, with no result in it."""
    if _EMPTY_PROMISE.search(sentence):
        return True
    plain = _PURPOSE.sub(" ", sentence)
    if _RESULT.search(plain):
        return False
    return bool(_ANNOUNCEMENT.search(plain) or _DOING.search(plain) or _BY_DOING.search(sentence))


def asserted(sentence: str) -> bool:
    """Whether a sentence asserts a result: not an aim, a question, a hope, or an instruction to the reader."""
    return not _UNASSERTED.search(sentence)


# What the authors did, not what came of it: "[The authors] use A to improve B", "the sentences were annotated".
_DEED = re.compile(
    r"\[(?:the authors|the paper)\] (?:\w+ly |also |further |then )*(?:us(?:es?|ed)|employ|experiment|"
    r"propos|appl|regard|"
    r"train(?:s|ed)?\b|compar|assess|evaluat|conduct|introduc|present|investigat|explor|enabl|recommend|convert|make|"
    r"develop|discuss|establish|emphasi[sz]|perform|provide an?\b|describ|extend|uncover|unveil|improv\w+ \w+ by\b)|"
    r"\b(?:was|were) (?:\w+ly |then )?(?:annotated|collected|evaluated|labell?ed)\b|\bis (?:also )?(?:trained|"
    r"proposed)\b",
    re.I,
)
_CAME = re.compile(
    r"\b(?:show(?:s|ed|n)?|demonstrat\w+|outperform\w*|achiev\w+|obtain\w*|observ\w+|finds?|found|reveal\w*|conclud\w+|"
    r"gains?|results? (?:are|in)|negative)\b",
    re.I,
)
_DANGLING = re.compile(
    r"\b(?:these|those) (?!conditions|settings|circumstances|patients|participants|cases)|\b(?:such an?|"
    r"doing so|beyond that|either of)\b|\bthis (?!paper|work|study)\w+",
    re.I,
)


def doubtful(said: str) -> bool:
    """Whether a claim's words, references resolved, tell a deed without a result, or point at what is not there.

    Of such claims a reader agreed with few (`evals/gold/outcome_labels.jsonl`).
    """
    deed = bool(_DEED.search(said)) and not _CAME.search(said)
    return deed or bool(_DANGLING.search(said))
