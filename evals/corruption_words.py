"""The words that `corruptions` exchanges, as data. Each group holds things of which one is not the other."""

from __future__ import annotations

__all__ = ["BENCHMARKS", "DIRECTIONS", "ENTITIES", "QUANTIFIERS", "UNITS"]


def _both(pairs: str) -> dict[str, str]:
    """ "up/down better/worse": each word with its opposite, both ways."""
    found: dict[str, str] = {}
    for pair in pairs.split():
        left, right = pair.replace("_", " ").split("/")
        found.setdefault(left, right)
        found.setdefault(right, left)
    return found


DIRECTIONS = _both(
    """increase/decrease increases/decreases increased/decreased increasing/decreasing higher/lower highest/lowest
    better/worse best/worst improve/worsen improves/worsens improved/worsened improving/worsening
    improvement/deterioration more/less larger/smaller greater/lesser stronger/weaker faster/slower longer/shorter
    outperform/underperform outperforms/underperforms outperformed/underperformed rise/fall rises/falls rose/fell
    gain/loss gains/losses raises/lowers raised/lowered raise/lower enhances/diminishes enhanced/diminished
    enhance/diminish promotes/prevents promote/prevent promoted/prevented upregulated/downregulated
    upregulates/downregulates upregulation/downregulation activates/inhibits activated/inhibited
    activation/inhibition activate/inhibit beneficial/harmful helps/hurts help/hurt positive/negative
    positively/negatively accelerates/slows early/late before/after above/below"""
) | {
    "reduces": "increases",
    "reduce": "increase",
    "reduced": "increased",
    "reducing": "increasing",
    "reduction": "increase",
    "profits": "suffers",
    "benefits": "suffers",
    "superior": "inferior",
    "inferior": "superior",
    "trails": "beats",
    "beats": "trails",
    "fewer": "more",
    "lowering": "raising",
    "induces": "prevents",
    "suppresses": "promotes",
    "impairs": "improves",
    "elevated": "reduced",
}

# A quantifier and what it is exchanged for; longer ones first.
QUANTIFIERS = {
    "more than half": "less than a tenth",
    "the majority of": "a minority of",
    "all of the": "none of the",
    "both of the": "neither of the",
    "at least": "fewer than",
    "more than": "less than",
    "less than": "more than",
    "fewer than": "more than",
    "almost all": "hardly any",
    "most of the": "hardly any of the",
    "always": "never",
    "never": "always",
    "often": "never",
    "frequently": "never",
    "frequent": "unheard-of",
    "rarely": "always",
    "many": "no",
    "most": "hardly any",
    "several": "no",
    "some": "no",
    "all": "no",
    "every": "no",
    "each": "no",
    "few": "many",
    "consistently": "never",
    "typically": "never",
    "usually": "never",
}

# Units of which one is far from the other: a swap that changes what is said by a factor of three and more.
UNITS = _both(
    """days/weeks day/week hours/days hour/day minutes/hours minute/hour months/years month/year seconds/minutes
    mg/kg mm/cm thousand/million ms/seconds"""
) | {
    "weeks": "months", "week": "month", "years": "days", "year": "day", "g": "mg", "km": "m", "nm": "mm",
    "billion": "thousand", "mL": "L", "ml": "l", "hrs": "days", "fold": "%",
}  # fmt: skip

# Things of one sort. The one that stands in the claim is exchanged for the first other that the evidence does not name.
ENTITIES: tuple[tuple[str, ...], ...] = tuple(
    tuple(item.replace("_", " ") for item in group.split())
    for group in (
        "multilingual_BERT XLM-R mT5 mBART",
        "RoBERTa ALBERT ELECTRA BERT",
        "BERT GPT-2 ELMo",
        "SciBERT BioBERT FinBERT",
        "mBERT mT5",
        "BART T5 GPT-2",
        "T5-Large BART-Large GPT-2",
        "T5 BART Pegasus",
        "ELMo GloVe fastText",
        "GPT-2 GPT-3 XLNet",
        "English German Japanese Finnish",
        "Japanese Korean Turkish",
        "Dutch Swedish Polish",
        "Hindi Telugu Punjabi",
        "Swahili Yoruba Amharic",
        "Hindi-English Spanish-English Telugu-English",
        "English-German English-Czech English-Finnish",
        "sentiment_analysis dependency_parsing document_ranking",
        "question_answering machine_translation speech_recognition",
        "sentence_retrieval word_segmentation",
        "reading_comprehension text_summarisation",
        "part-of-speech_tagging sentiment_analysis",
        "named_entity_recognition relation_extraction",
        "dialogue_state_tracking grammatical_error_correction",
        "keyphrases citations",
        "quality_estimation speech_translation",
        "syntactic_parsing coreference_resolution",
        "subtitles patents",
        "Wikipedia Reddit",
        "men women",
        "women men",
        "adults infants",
        "children elderly_adults",
        "mice zebrafish",
        "mouse zebrafish",
        "rats pigs",
        "macrophages keratinocytes",
        "neutrophils platelets",
        "neurons osteoblasts",
        "breast_cancer pancreatic_cancer",
        "lung_cancer thyroid_cancer",
        "prostate_cancer bladder_cancer",
        "colorectal_cancer gastric_cancer",
        "type_2_diabetes multiple_sclerosis",
        "type_1_diabetes rheumatoid_arthritis",
        "diabetes epilepsy",
        "obesity anaemia",
        "asthma psoriasis",
        "Africa Oceania",
        "China Brazil",
        "Europe Australia",
        "India Canada",
        "vitamin_D vitamin_K",
        "aspirin warfarin",
        "insulin glucagon",
        "liver thyroid",
        "kidney spleen",
        "heart pancreas",
        "brain liver",
        "lung bladder",
        "malaria cholera",
        "tuberculosis syphilis",
        "HIV HTLV-1",
        "p53 KRAS",
        "smoking sunbathing",
        "stroke migraine",
        "pregnancy adolescence",
    )
)

# Names of benchmarks and data sets with one that is easily taken for it.
BENCHMARKS = {
    "XTREME-R": "XTREME-UP",
    "XTREME": "XTREME-R",
    "SQuAD-it": "SQuAD-es",
    "SQuAD": "SQuAD 2.0",
    "XQuAD": "XQuAD-R",
    "MLQA": "MKQA",
    "PIAF": "FQuAD",
    "XNLI": "ANLI",
    "MNLI": "QNLI",
    "HellaSwag": "SWAG",
    "BUCC": "FLORES",
    "Tatoeba": "FLORES",
    "GLUE": "SuperGLUE",
    "DROP": "ROPES",
    "Multilingual WoZ": "CrossWOZ",
    "MultiWoZ": "SGD",
    "WMT 2020": "WMT 2018",
    "Cryptonite": "Rosetta",
    "Universal Dependencies": "Surface-Syntactic Universal Dependencies",
    "CIFAR-10": "CIFAR-100",
    "CoNLL-2003": "CoNLL-2002",
    "Natural Questions": "TriviaQA",
    "GSM8K": "MATH",
    "COCO": "LVIS",
}
