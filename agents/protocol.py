"""What a sentence says of how a result was got: task, data, languages, model, population, measure, baseline.

Word lists and surface patterns, English only. Every value is a stretch of the sentence, as it stands there. What
the lists do not know is not found, and what is not found counts as not named: two sentences have a field in
common only where both name it and name the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ..tools.text import content_stems, fold
from .question_words import MEASURES

__all__ = ["FIELDS", "SETTINGS", "Protocol", "compare", "protocol"]

SETTINGS = ("task", "data", "language", "model", "population")
FIELDS = (*SETTINGS, "measure", "baseline")

_TASKS = (
    r"(?:(?:visual|open-domain|extractive|multiple-choice|conversational|reading) )?question answering",
    r"natural language (?:inference|understanding|generation)",
    r"(?:commonsense|causal|numerical|multi-hop|abductive)(?: \w+)? (?:reasoning|inference)",
    r"(?:code-switched )?language (?:understanding|modell?ing|identification|generation)",
    r"named entity recognition|entity (?:linking|typing|resolution)|relation (?:extraction|classification)",
    r"part-of-speech tagging|(?:dependency|constituency|syntactic|semantic|discourse) parsing|semantic role labell?ing",
    r"sequence (?:tagging|labell?ing)|(?:keyphrase|event|information|claim|argument) extraction",
    r"(?:(?:neural|unsupervised|low-resource|multilingual|document-level) )?machine translation",
    r"(?:speech|text) (?:recognition|translation|synthesis)|quality estimation|word alignment",
    r"(?:text|abstractive|extractive|document|dialogue) summari[sz]ation|summari[sz]ation|text simplification",
    r"(?:sentiment|emotion|stance|topic) (?:analysis|classification|detection)",
    r"(?:text|sentence|document|sentence-pair|intent|image|topic) classification",
    r"(?:hate speech|paraphrase|sarcasm|irony|rumou?r|fake news|out-of-domain|intent) (?:detection|identification)",
    r"(?:sentence|passage|document|cross-lingual|information|image) retrieval|paraphrase identification",
    r"(?:zero )?anaphora resolution|coreference resolution|word sense disambiguation|semantic (?:textual )?similarity",
    r"dialogue state tracking|dialogue (?:generation|act classification)|reading comprehension|fact (?:checking|verification)",
    r"grammatical error correction|(?:word|morphological) (?:segmentation|inflection|analysis)|slot filling",
    r"bilingual lexicon induction|code generation|data-to-text generation",
)
_TASK = re.compile(
    rf"(?<![\w-])(?:{'|'.join(_TASKS)}|NLI|NER|POS(?: tagging)?|QA|NMT|MT|ASR|GEC|NLU|WSD|DST|SRL)(?![\w-])",
    re.I,
)
_DATASETS = (
    r"XTREME-R|XTREME|XGLUE|SuperGLUE|GLUE|XNLI|MultiNLI|MNLI|SNLI|QNLI|RTE|SQuAD(?: ?[12]\.[01])?|XQuAD|MLQA|TyDi ?QA|"
    r"NewsQA|TriviaQA|HotpotQA|HellaSwag|CosmosQA|CommonsenseQA|XCOPA|COPA|PAWS-X|PAWS|CoNLL(?:-\d+)?|WikiAnn|PAN-X|"
    r"UDPOS|MultiWoZ(?: \d\.\d)?|WoZ|MS ?MARCO|BUCC|Tatoeba|WMT ?(?:’|')?\d{2,4}|IWSLT ?(?:’|')?\d{2,4}|FLORES(?:-\d+)?|"
    r"OPUS|CNN/Daily ?Mail|XSum|SciFact|FEVER|BoolQ|SST-?2|STS-?B|IMDB|AG ?News|OntoNotes(?: \d\.\d)?|Universal Dependencies|"
    r"MMLU|GSM8K|HumanEval|BIG-bench|ImageNet|CIFAR-?\d+|MIMIC(?:-[IVX]+)?|LibriSpeech|Common ?Voice|MuST-C|CoVoST"
)
_DATA = re.compile(rf"(?<![\w-])(?:{_DATASETS})(?![\w-])")
# "the Foo benchmark", "Foo-Bar dataset": a proper name before the word for a collection.
_COLLECTION = r"(?:benchmark|data ?set|corpus|treebank|test set|shared task|cohort|trial)s?"
_NAMED_DATA = re.compile(rf"(?<![\w-])([A-Z][\w.+/-]*(?: [A-Z0-9][\w.+/-]*){{0,2}}) {_COLLECTION}\b")
_OPENERS = frozenset("the a an this that on in our we across both each all for with among these".split())
_LANGUAGES = (
    "Afrikaans Amharic Arabic Armenian Assamese Basque Bengali Bulgarian Burmese Catalan Cantonese Chinese Croatian Czech "
    "Danish Dutch English Esperanto Estonian Finnish French Galician Georgian German Greek Gujarati Hausa Hebrew Hindi "
    "Hungarian Icelandic Igbo Indonesian Irish Italian Japanese Javanese Kannada Kazakh Khmer Kinyarwanda Korean Kurdish "
    "Lao Latin Latvian Lithuanian Luganda Macedonian Malagasy Malay Malayalam Maltese Mandarin Maori Marathi Mongolian Nepali "
    "Norwegian Oromo Pashto Persian Polish Portuguese Punjabi Quechua Romanian Russian Sanskrit Scots Serbian Shona Sindhi "
    "Sinhala Slovak Slovenian Somali Spanish Sundanese Swahili Swedish Tagalog Tamil Tatar Telugu Thai Tibetan Tigrinya "
    "Turkish Turkmen Ukrainian Urdu Uyghur Uzbek Vietnamese Welsh Wolof Xhosa Yiddish Yoruba Zulu"
).split()
_FAMILIES = "African|Indian|Indic|Slavic|Germanic|Romance|Semitic|Turkic|Uralic|Bantu|Dravidian|European|Asian|Celtic|Baltic"
_NUMBER = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens of|many|several)"
_KIND = rf"low-resource|high-resource|under-resourced|distant|similar|related|diverse|unseen|endangered|sign|{_FAMILIES}"
_LANGUAGE = re.compile(
    rf"(?<![\w-])(?:{'|'.join(_LANGUAGES)})(?![\w-])"
    rf"|(?:{_NUMBER} )?(?:(?:typologically |closely )?(?:{_KIND}) )+languages?\b"
    rf"|\b{_NUMBER} languages\b|\blanguages? (?:pairs? )?of (?:the same|different) [a-z]+(?: [a-z]+)?"
    r"|(?<![\w-])(?:monolingual|code-switched|machine-translated)(?![\w-])",
)
_SIZE = r"(?:[- ](?:[Ll]arge|[Bb]ase|[Ss]mall|[Tt]iny|XXL|XL|multilingual))*"
# Case counts: "ViT" is a model, "vitamin" is none.
_MODELS = (
    rf"(?:[Mm]ultilingual )?m?(?:Ro|De|mDe|Al|AL|Distil|Span|Sci|Bio|Clinical|Camem|Japanese )?BERTa?{_SIZE}",
    rf"XLM(?:-R(?:oBERTa)?)?{_SIZE}|XLNet|ELMo|ELECTRA|m?BART(?:-?\d+)?{_SIZE}|(?:m|By)?T5{_SIZE}",
    r"GPT(?:-\w+(?:\.\d)?)?|ChatGPT|LLaMA(?:-\d)?|Llama(?:[ -]\d(?:\.\d)?)?|Mistral(?:-\w+)?|BLOOMZ?|PaLM|Gemini|Claude",
    r"[Tt]ransformers?|(?:Bi)?LSTMs?|CNNs?|RNNs?|CRFs?|SVMs?|word2vec|fastText|GloVe|LASER|LaBSE|wav2vec(?: 2\.0)?",
    r"ResNet(?:-\d+)?|ViT(?:-\w+)?",
)
_MODEL = re.compile(rf"(?<![\w-])(?:{'|'.join(_MODELS)})(?![\w-])")
_PEOPLE = (
    r"patients?|adults|children|infants|newborns|adolescents|women|men|nurses|physicians|students|pupils|teachers|athletes|"
    r"smokers|veterans|survivors|participants|volunteers|workers|residents|mice|rats|pigs|dogs|cattle|monkeys|zebrafish|cells"
)
_WHO = (
    r"older|younger|young|elderly|healthy|pregnant|obese|diabetic|hospitali[sz]ed|critically ill|school|university|"
    r"postmenopausal|premature|preterm|human|male|female"
)
_POPULATION = re.compile(
    rf"(?<![\w-])(?:(?:{_WHO}) ){{0,2}}(?:{_PEOPLE})"
    r"(?: (?:with|aged|over|under) [\w-]+(?: [\w-]+)?)?(?![\w-])",
    re.I,
)
_MEASURE = re.compile(
    rf"(?<![\w-])(?:{'|'.join(sorted(map(re.escape, MEASURES), key=len, reverse=True))}|joint goal accuracy|macro-F1|micro-F1|"
    r"exact match|perplexity|mortality|incidence|prevalence|hazard ratio|odds ratio|relative risk|error rate|recall|precision|"
    r"HbA1c|blood pressure|BMI|half-life|survival)(?![\w-])",
    re.I,
)
_ENDS = "and|on|in|for|by|when|while|but|with|across|at|to|of|from|after|that|which"
_BASELINE = re.compile(
    r"\b(?:over|above|below|than|against|compared (?:to|with)|relative to|versus|vs\.?)\s+"
    rf"((?:(?:a|an|the|its|their)\s+)?[\w’'./-]+(?: (?!(?:{_ENDS})\b)[\w’'./-]+){{0,4}})",
    re.I,
)
_NO_BASELINE = re.compile(
    r"(?:\d|between|half|had been|one|two|three|ever|expected|usual|previous(?:ly)?$)", re.I
)


@dataclass(frozen=True, slots=True)
class Protocol:
    """Each field holds the stretches of the sentence that name it, in order, each once."""

    task: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    population: tuple[str, ...] = ()
    measure: tuple[str, ...] = ()
    baseline: tuple[str, ...] = ()

    def of(self, field: str) -> tuple[str, ...]:
        """The values of one of `FIELDS`."""
        values: tuple[str, ...] = getattr(self, field)
        return values


@lru_cache(maxsize=1024)
def protocol(text: str) -> Protocol:
    """Read a sentence. Never raises; a sentence that names nothing gives empty fields."""
    data = [match.group() for match in _DATA.finditer(text)]
    for match in _NAMED_DATA.finditer(text):
        words = match[1].split()
        while words and words[0].casefold() in _OPENERS:
            words.pop(0)
        name = " ".join(words)
        if name and not any(fold(name) in fold(other) or fold(other) in fold(name) for other in data):
            data.append(name)
    baseline = [
        match[1].strip(" .,;")
        for match in _BASELINE.finditer(text)
        if not _NO_BASELINE.match(match[1]) and not _LANGUAGE.search(match[1]) and content_stems(match[1])
    ]
    return Protocol(
        task=_found(_TASK, text),
        data=_once(sorted(data, key=text.find)),
        language=_found(_LANGUAGE, text),
        # "above XLM-R Large": what a result is held against is not what gave it.
        model=tuple(name for name in _found(_MODEL, text) if not any(name in held for held in baseline)),
        population=_found(_POPULATION, text),
        measure=_found(_MEASURE, text),
        baseline=_once(baseline),
    )


def compare(field: str, one: Protocol, other: Protocol) -> str:
    """ "same", "differs", "one side only" or "" (neither names it), by the words and not their order."""
    mine, theirs = _key(one.of(field)), _key(other.of(field))
    if not mine and not theirs:
        return ""
    if not mine or not theirs:
        return "one side only"
    return "same" if mine == theirs else "differs"


def _key(values: tuple[str, ...]) -> frozenset[str]:
    """Values without case, accents, hyphens and a leading article: XTREME and XTREME-R stay apart."""
    return frozenset(re.sub(r"^(?:an?|the|its|their) |[\s-]+", "", fold(value)) for value in values)


def _found(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    return _once([match.group() for match in pattern.finditer(text)])


def _once(values: list[str]) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for value in values:
        seen.setdefault(fold(value), value)
    return tuple(seen.values())
