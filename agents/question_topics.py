"""Things that act and things that are acted on, known by the last word of their names: "adversarial training" acts, "speech
translation" is acted on; "statin therapy" acts, "risk of stroke" is acted on.

Word lists for language technology, machine learning and medicine, English only. What the lists do not know is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ..tools.text import stem
from .noun_phrases import noun_phrase
from .protocol import protocol
from .question_clauses import is_verb
from .question_words import specific_stems

__all__ = ["Topic", "acts", "aims", "kind"]

_TECHNIQUES = """training pretraining pre-training pre-finetuning finetuning fine-tuning tuning learning distillation augmentation
    adaptation transfer alignment regularization regularisation normalization normalisation attention embeddings encoders
    decoders adapters autoencoders transformers supervision annotation pooling smoothing masking prompting sampling
    weighting reweighting ensembling filtering selection initialization initialisation segmentation tokenization
    tokenisation back-translation backtranslation translationese pivoting bootstrapping self-training co-training
    meta-learning projection sharing delexicalization delexicalisation transliteration code-switching features
    representations vectors vocabularies perturbations demonstrations discriminators discriminator encoder objectives
    curricula""".split()
_CARE = """therapy therapies treatment administration supplementation inhibition inhibitors inhibitor agonists agonist
    antagonists antagonist blockers deletion knockdown knockout ablation depletion silencing overexpression exposure
    deficiency activation signaling signalling vaccination immunization immunisation screening intake exercise surgery
    transplantation infection loss mutations mutation polymorphisms variants smoking alcohol diet stimulation injection
    counselling counseling intervention interventions prophylaxis chemotherapy radiotherapy monotherapy antibodies
    deprivation restriction consumption methylation acetylation phosphorylation ubiquitination autophagy""".split()
_ALONE = """back-translation backtranslation self-training co-training meta-learning pre-training pretraining fine-tuning
    finetuning transliteration code-switching tokenization tokenisation adapters delexicalization smoking alcohol
    vaccination chemotherapy radiotherapy autophagy""".split()
_ILLS = frozenset(
    "sepsis stroke obesity diabetes malaria hypertension depression dementia asthma pneumonia mortality survival "
    "inflammation".split()
)
_DRUG = re.compile(
    r"[a-z]{2,}(?:mab|nib|statins?|pril|sartan|olol|formin|cillin|conazole|mycin|gliptin|glitazone|parin|oxetine)$|statins?$"
)
_TASKS = """parsing classification extraction translation recognition detection generation summarization summarisation retrieval
    tagging labeling labelling inference answering linking disambiguation modeling modelling resolution verification
    mining matching ranking understanding comprehension transfer adaptation identification segmentation simplification
    entailment similarity categorization categorisation induction tracking prediction correction deduplication checking
    estimation captioning reasoning paraphrasing robustness generalization generalisation translations anonymization
    post-editing scoring normalization normalisation profiling diagnosis localization localisation systems""".split()
_STATES = """survival mortality risk incidence proliferation differentiation apoptosis metastasis expression activation secretion
    progression replication migration sensitivity resistance accumulation formation repair inflammation injury growth
    development maturation signaling signalling phosphorylation degradation cancer cancers disease diseases diabetes
    obesity hypertension infection infections toxicity remission relapse recurrence adherence pressure density
    atherosclerosis angiogenesis fibrosis tolerance metabolism homeostasis self-renewal pluripotency transmission
    depression pain outcomes outcome responses response carcinoma leukemia lymphoma tumors tumours malaria tuberculosis
    stroke death deaths autophagy senescence longevity lifespan regeneration plasticity memory cognition emigration
    recruitment maintenance assembly integrity stability lipogenesis stress sepsis sleep weight tumorigenesis
    transcription translation activity immunity production uptake release cytotoxicity""".split()
_STATE = re.compile(
    r"(?!(?:analysis|hypothesis|diagnosis|basis|synthesis|emphasis|dialysis|catalysis)$)[a-z-]{3,}(?:genesis|"
    r"osis|itis|[ao]emia|oma|lysis|pathy|"
    r"penia|uria|plasia|trophy|tension|toxicity|invasion|infiltration|polari[sz]ation|ubiquitination|motility|"
    r"elongation|adhesion)$"
)
_OF = frozenset(
    """deletion loss inhibition knockdown knockout ablation depletion silencing overexpression activation deficiency
    administration risk incidence expression secretion progression replication accumulation formation degradation
    phosphorylation recurrence transmission production release uptake activity injection transcription""".split()
)
_ACT, _AIM = frozenset(_TECHNIQUES + _CARE), frozenset(_TASKS + _STATES)
_MEDICAL = frozenset(_CARE + _STATES) - frozenset(_TECHNIQUES + _TASKS)
_FORMS = frozenset(
    "learning training tuning reading masking aging ageing spelling meaning smoothing boosting nursing".split()
)
# A word before the last one that does not belong to the name.
_APART = frozenset(
    """we our us it its they their them this that these those which who whom whose what how why when where there here is are
    was were be been being has have had having do does did can could may might will would shall should must not no nor
    than as so but if while whereas although though because since however moreover thus therefore both each every some any
    all more most less least very also only even just still yet already often usually via using use uses used based such
    the a an of for in on with from to between across under and or by at within among during over into through without
    against about after before per propose proposed proposes present presents presented introduce introduced introduces
    develop developed investigate study studied explore explored examine examined apply applied applies employ leverage
    leverages leveraging utilize utilizes utilizing perform performs performed performing achieve achieves achieving
    improve improves improved improving enhance enhances enhanced enhancing enable enables enabling help helps helping
    show shows showed shown demonstrate demonstrates outperform outperforms outperforming reduce reduces reduced reducing
    increase increases increased increasing decrease decreased require requires required requiring facilitate facilitates
    combine combines combining combined compare compared comparing include includes including involve involves involving
    allow allows allowing provide provides providing make makes making made conduct conducted evaluate evaluated
    evaluating given novel new simple different various several many multiple previous existing recent other another same
    first second third two three four five following successful effective efficient popular common promising standard
    strong better best good great major main key important significant high higher low lower overall final general
    specific particular additional further current traditional typical called named task-specific state-of-the-art
    challenging difficult downstream relevant respective corresponding induce induces induced inhibit inhibits inhibited
    prevent prevents prevented cause causes caused regulate regulates mediate mediates promote promotes promoted lead
    leads led result results impair impaired affect affects stimulate stimulates whether toward towards despite like
    unlike one vs versus automatic early late thereby hence then find finds found learn learns solve tackle address
    addresses focus focuses describe describes report reports become becomes remain remains need needs suffer suffers
    benefit benefits get gets appears appear seems seem occurs occur plays play serves serve abstract background objective
    objectives methods conclusion conclusions findings interpretation measures design setting patients context importance
    except genetic somewhat easy poor primary productive receive received hydrolyze interval stage later limit imperfect
    conventional unnatural comprehensive distinct weak add adds adding compute computes numeric seven ten potent
    diminished blunted altered careful learnt respected exploring seeks aims aim fully model’s able unable useful recently
    widely highly well currently resulting individual separate certain entire full whole total direct actual joint
    multi-step complex large large-scale small limited little much overcome avoid ensure adapt adapts adapting adopt
    adopts adopting train trains training-time build builds building exploit exploits exploiting considering consider
    considers incorporate incorporates incorporating integrate integrating via-style take takes taking handle handles
    handling extend extends extending test tests tested""".split()
)
# "transfer learning models": the name ends before the word for its kind.
_KINDS = frozenset(
    """task tasks approach approaches method methods technique techniques model models system systems framework frameworks
    strategy strategies algorithm algorithms problem problems dataset datasets benchmark benchmarks setting settings
    scenario scenarios setup performance quality accuracy mechanism mechanisms module modules objective architecture
    architectures""".split()
)
_FAMILIES = (
    "learning training pretraining pre-training finetuning fine-tuning tuning self-training co-training meta-learning "
    "distillation adaptation bootstrapping supervision adapters transfer".split(),
    "embeddings encoders representations vectors features".split(),
    "data corpora augmentation back-translation backtranslation annotation demonstrations".split(),
    "networks models transformers autoencoders".split(),
    "inhibitors antagonists agonists blockers antibodies".split(),
    "therapy therapies treatment chemotherapy radiotherapy surgery monotherapy intervention".split(),
)
_DATA = re.compile(
    r"(?:parallel|monolingual|synthetic|unlabell?ed|in-domain|out-of-domain|pseudo-parallel|auxiliary|"
    r"weakly-labell?ed|comparable|"
    r"back-translated|code-switched)$",
    re.I,
)
_EVENTS = re.compile(
    r"(?:WMT|SemEval|IWSLT|BioNLP|CoNLL|VarDial|SIGMORPHON|BEA|SMM4H|FEVER|CLEF|TREC)[-’'\d]*\d*$", re.I
)
_BROAD = re.compile(
    r"(?:machine|deep|statistical|representation|imperfect \w+|input|feature|instance) (?:learning|features|"
    r"vectors|representations|alignment)|"
    r"(?:deep |artificial )?neural networks|(?:neural )?language models|data selection|\w+ systems|(?:deep|shallow) \w+",
    re.I,
)
_MADE = re.compile(
    r"(?:pre-?train|shar|gat|weight|mask|(?:un|semi|self)?supervis|distribut|combin|target|inhal|advanc|guid|"
    r"contextuali[sz]|learn|reinforc|"
    r"label+|unlabel+|multi|constrain|inspir|grad|controll|adapt|structur|expand|isolat|accelerat|diet-fe)ed$|"
    r".*(?:seed|need|speed|feed|breed)$"
)
_DOING = re.compile(
    r"\b(?:detecting|identifying|predicting|extracting|classifying|generating|translating|retrieving|verifying|"
    r"summari[sz]ing|"
    r"recogni[sz]ing|disambiguating|diagnosing|preventing|treating)\s+(?:the\s+)?",
    re.I,
)
_KEEPS = frozenset(
    "joint multi-step large-scale low high small early late automatic".split()
)  # if not the first
_WORD = r"[A-Za-zα-ωΑ-Ω][\w’'/+α-ωΑ-Ω–-]*"
_TOKEN = re.compile(_WORD)
_MOST = 4  # words before the last one


@dataclass(frozen=True, slots=True)
class Topic:
    """A phrase of a text, at `[start, end)` in it; `medical`: of medicine, not of technology."""

    text: str
    start: int
    end: int
    medical: bool = False


@lru_cache(maxsize=4096)
def acts(text: str) -> tuple[Topic, ...]:
    """What may act on something, each once, in order."""
    return _once(
        topic
        for topic in _ended(text, _ACT, frozenset(_ALONE))
        if topic.text not in protocol(topic.text).task
    )


@lru_cache(maxsize=4096)
def aims(text: str) -> tuple[Topic, ...]:
    """What may be acted on, each once, in order: tasks, and states of body and mind."""
    found = list(_ended(text, _AIM, _ILLS))
    for name in protocol(text).task:
        at = text.find(name)
        found = [topic for topic in found if not at < topic.start < at + len(name)]
        if " " in name and not any(topic.start <= at < topic.end for topic in found):
            found.append(Topic(name, at, at + len(name)))
    for match in _DOING.finditer(text):
        tokens = list(_TOKEN.finditer(text, match.end()))
        last = 0
        while (
            last < min(_MOST, len(tokens))
            and _belongs(tokens[last].group())
            and (not last or _joined(text, tokens, last))
        ):
            last += 1
        end = tokens[last - 1].end() if last and tokens[0].start() == match.end() else 0
        if (
            end
            and noun_phrase(text[match.end() : end])
            and not any(t.start <= match.end() < t.end for t in found)
        ):
            medical = match.group()[:4].casefold() in {"diag", "prev", "trea"}
            found.append(Topic(text[match.start() : end], match.start(), end, medical))
    return _once(sorted(found, key=lambda topic: topic.start))


def kind(phrase: str) -> str:
    """The last word of what acts, or the family that it is of: two of a kind can be set against each other."""
    last = phrase.split(" of ")[0].split()[-1].casefold()
    return next(
        (family[0] for family in _FAMILIES if last in family), "drug" if _DRUG.fullmatch(last) else last
    )


def _ended(text: str, heads: frozenset[str], alone: frozenset[str]) -> Iterator[Topic]:
    tokens = list(_TOKEN.finditer(text))
    for at, token in enumerate(tokens):
        low = token.group().casefold()
        before = tokens[at - 1].group() if at and _joined(text, tokens, at) else ""
        more = _acts_too(before, low) if heads is _ACT else bool(_STATE.fullmatch(low))
        if low not in heads and not more:
            continue
        if at + 1 < len(tokens) and _joined(text, tokens, at + 1) and not _closes(tokens[at + 1].group()):
            continue  # "training data": the name goes on
        first = at
        while (
            first
            and at - first < _MOST
            and _joined(text, tokens, first)
            and _belongs(tokens[first - 1].group())
        ):
            first -= 1
        while first < at and _leads(text, tokens, first):
            first += 1
        last = at
        if low in _OF:
            last = _after_of(text, tokens, at)
        phrase = text[tokens[first].start() : tokens[last].end()]
        bare = first == last == at
        if bare and low not in alone and not _DRUG.fullmatch(low) and not (heads is _AIM and more):
            continue
        if noun_phrase(phrase) == phrase and _says_more(phrase, "" if bare else low) and len(low) > 2:
            medical = low in _MEDICAL or bool(_DRUG.fullmatch(low)) or bool(_STATE.fullmatch(low))
            yield Topic(phrase, tokens[first].start(), tokens[last].end(), medical)


def _acts_too(before: str, low: str) -> bool:
    """A drug, a kind of data, a language model."""
    if low in {"data", "corpora"}:
        return bool(_DATA.match(before))
    return bool(_DRUG.fullmatch(low)) or (before.casefold(), low) in {
        ("language", "models"),
        ("neural", "networks"),
    }


def _leads(text: str, tokens: list[re.Match[str]], at: int) -> bool:
    """Whether the first word of a name is none of it: "treating" of "treating sepsis", "align" of "to align vectors"."""
    low = tokens[at].group().casefold()
    if low.endswith("ed") and len(low) > 4 and "-" not in low and not _MADE.match(low):
        return True
    if low in _KEEPS or (low.endswith("ing") and low not in _FORMS and "-" not in low):
        return True
    return (
        bool(at)
        and tokens[at - 1].group().casefold() == "to"
        and _joined(text, tokens, at)
        and low not in _FORMS
    )


def _after_of(text: str, tokens: list[re.Match[str]], at: int) -> int:
    """The last token of "loss of X": `at` where no "of" follows."""
    if at + 2 >= len(tokens) or tokens[at + 1].group() != "of":
        return at
    last = at + 1
    while (
        last + 1 < len(tokens)
        and last - at < _MOST + 1
        and (last == at + 1 or _joined(text, tokens, last + 1))
    ):
        word = tokens[last + 1].group().casefold()
        if not _belongs(word) and not (last == at + 1 and word in {"the", "a"}):
            break
        last += 1
    return last if last > at + 1 else at


def _joined(text: str, tokens: list[re.Match[str]], at: int) -> bool:
    """Whether a token follows the one before it after one space."""
    return text[tokens[at - 1].end() : tokens[at].start()] == " "


def _belongs(word: str) -> bool:
    low = word.casefold()
    return (
        (low in _KEEPS or low not in _APART)
        and not low.endswith("ly")
        and not (_EVENTS.match(word) or is_verb(low))
    )


def _closes(word: str) -> bool:
    """Whether a word ends the name before it."""
    low = word.casefold()
    return low in _APART or low in _KINDS or low.endswith(("ly", "ed"))


def _says_more(phrase: str, head: str) -> bool:
    if _BROAD.fullmatch(phrase) or re.search(
        r"[’']s? |^resource |\bof\b.*\b(?:models?|methods?|tests?|target|events|cassette)$|^pathogenesis$",
        phrase,
    ):
        return False
    return bool(specific_stems(phrase) - {stem(head)})


def _once(topics: Iterator[Topic] | list[Topic]) -> tuple[Topic, ...]:
    seen: dict[str, Topic] = {}
    for topic in topics:
        seen.setdefault(topic.text.casefold(), topic)
    return tuple(seen.values())
