"""Research questions from a seed paper: what is derived, what is refused, what is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cli_world import home, one_line, write_library
from gateway_kit import FakeClock
from hypothesis import given
from hypothesis import strategies as st
from model_world import World, world
from sensible_model import blocks, task
from stand_in_server import StandIn

from assignee import questions
from assignee.agents.engine_openai import OpenAIEngine
from assignee.agents.noun_phrases import noun_phrase, running
from assignee.agents.question import parse
from assignee.agents.question_checks import coined, fault
from assignee.agents.question_clauses import acted
from assignee.agents.question_likeness import SAME, likeness, same
from assignee.agents.question_pairs import paired
from assignee.agents.question_patterns import of_sentence, of_title
from assignee.agents.question_topics import acts, aims
from assignee.claims import Paper, Passage
from assignee.cli import main
from assignee.derive import SeedQuestions
from assignee.errors import LibraryError, RunError, UserError
from assignee.registry import load
from assignee.settings import Settings
from assignee.tools.source import Found
from assignee.tools.toolbox import Toolbox

__all__ = ["home", "world"]

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

PAPER: dict[str, Any] = {
    "id": "seed",
    "title": "Adapter Tuning for Low-Resource Speech Recognition",
    "authors": ["Ada Lind", "Max Roe"],
    "year": 2021,
    "abstract": "Speech recognition needs much data. We investigate whether vocal tract normalisation improves "
    "children's speech recognition. Adapter tuning reduces word error rate in regional dialects by 2.1 points. "
    "We see gains on machine translation and speech recognition tasks. "
    "In Swahili and Finnish, results of our experiments differ. "
    "We introduce ADAPTO (ADAPTO) for fun. It is unclear how adapter size affects streaming speech recognition.",
}
OTHER = {
    "id": "heat",
    "title": "Heat",
    "abstract": "Heat moves between two fluids. Their walls are thin.",
    "year": 2018,
}


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Toolbox:
    return Toolbox.open(Settings(home=tmp_path_factory.mktemp("questions")))


def ask(box: Toolbox, folder: Path, *records: object, **more: Any) -> SeedQuestions:
    library = write_library(folder / "papers.jsonl", *(records or (PAPER, OTHER)))
    given = {"engine": "embedded", "settings": box.settings, "toolbox": box, **more}
    return questions(given.pop("seed", "seed"), library, **given)


def test_questions_of_a_paper_with_the_sentences_they_come_from(box: Toolbox, tmp_path: Path) -> None:
    found = ask(box, tmp_path, n=9)
    assert [(item.question, item.why) for item in found.questions] == [
        ("What is the effect of vocal tract normalisation on children's speech recognition?", "asked"),
        ("What is the effect of adapter tuning on word error rate in regional dialects?", "found"),
        ("What is the effect of adapter tuning on low-resource speech recognition?", "title"),
        ("What is the effect of adapter size on streaming speech recognition?", "left open"),
        (
            "What is the effect of vocal tract normalisation on children's speech recognition for Swahili versus Finnish?",
            "setting",
        ),
        ("What is the effect of vocal tract normalisation on low-resource speech recognition?", "named"),
        (
            "What is the effect of adapter tuning on low-resource speech recognition for Swahili versus Finnish?",
            "setting",
        ),
        ("What is the effect of vocal tract normalisation on speech recognition?", "named"),
    ]
    text = " ".join(PAPER["abstract"].split())
    for item in found.questions:
        assert item.form == parse(item.question).form != "open"
        if item.start is None:
            assert (item.quote, item.section) == (PAPER["title"], "Title")
        else:
            assert item.quote == text[item.start : item.end]
    assert found.problems == ("8 questions instead of 9: the seed paper raises 8 that stand alone",)
    assert (found.cite, found.basis, found.engine) == ("Lind and Roe (2021)", "abstract", "embedded")
    assert ask(box, tmp_path, n=2).questions == found.questions[:2]
    assert ask(box, tmp_path, n=9) == found


def test_what_earlier_runs_asked_is_refused(box: Toolbox, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    asked = "How does adapter tuning affect low-resource speech recognition?"
    for name, content in (
        ("aaaa11112222", json.dumps({"request": {"question": asked}})),
        (
            "bbbb11112222",
            json.dumps({"request": {"question": "Does adapter tuning help low-resource parsing?"}}),
        ),
        ("cccc11112222", "{"),
        ("dddd11112222", json.dumps({"request": None})),
    ):
        (settings.runs / name).mkdir(parents=True)
        (settings.runs / name / "request.json").write_text(content)
    found = ask(box, tmp_path, n=9, settings=settings)
    (refused,) = found.refused
    assert (refused.question, refused.like, refused.run) == (
        "What is the effect of adapter tuning on low-resource speech recognition?",
        asked,
        "aaaa11112222",
    )
    assert SAME <= refused.likeness <= 1
    assert found.problems[-1].endswith(
        "raises 8 that stand alone, and 1 of these was refused as near-duplicates"
    )
    assert refused.question not in [item.question for item in found.questions]


CLINIC = {
    "id": "clinic",
    "title": "Walking therapy and the risk of stroke",
    "year": 2019,
    "abstract": "Strokes are common. We compared ramipril with telmisartan in older adults. Walking therapy reduced blood "
    "pressure and improved sleep quality. GLUT7 is required for insulin secretion, beta cell growth and glucose uptake. "
    "Rest is known to harm nobody.",
}


def test_questions_of_a_clinical_abstract(box: Toolbox, tmp_path: Path) -> None:
    found = ask(box, tmp_path, CLINIC, seed="clinic", n=9).questions
    asked = {item.question: item for item in found}
    for wanted in (
        "What is the effect of walking therapy on the risk of stroke?",
        "What is the effect of walking therapy on blood pressure?",
        "What is the effect of walking therapy on sleep quality?",
        "What is the role of GLUT7 in insulin secretion?",
        "What is the role of GLUT7 in beta cell growth?",
        "What is the role of GLUT7 in glucose uptake?",
    ):
        assert wanted in asked
    quote = asked["What is the role of GLUT7 in beta cell growth?"].quote
    assert quote.startswith("GLUT7 is required for insulin secretion")
    assert found[0].question != found[1].question
    assert not any("nobody" in item.question or "common" in item.question for item in found)


def test_near_duplicates_are_told_from_questions_that_differ_in_one_thing(box: Toolbox) -> None:
    gold = Path(__file__).parents[1] / "evals" / "gold" / "question_pairs.jsonl"
    rows = [json.loads(line) for line in gold.read_text("utf-8").splitlines()]
    vectors = box.embedder.embed([text for row in rows for text in (row["one"], row["other"])])
    wrong = {"tuned": 0, "held_out": 0}
    for at, row in enumerate(rows):
        pair = vectors[2 * at : 2 * at + 2]
        wrong[row["part"]] += same(row["one"], row["other"], pair) is not (row["label"] == "same")
        assert likeness(row["one"], row["other"], pair) == likeness(row["other"], row["one"], pair[::-1])
    assert wrong["tuned"] == 0
    assert wrong["held_out"] <= 1


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Parsing with Shared Encoders", [("shared encoders", "parsing")]),
        ("On the Effect of Noise on Speech Translation", [("noise", "speech translation")]),
        ("Zed: Label Smoothing Improves Speech Translation Too", [("label smoothing", "speech translation")]),
        ("A Novel Joint Training Approach for Russian Parsing", [("joint training", "Russian parsing")]),
        (
            "Improving Dialogue Parsing for Robots via Self-Training",
            [("self-training", "dialogue parsing for robots")],
        ),
        ("A New Dataset for Speech Translation", []),
        ("The ABC System for WMT20 News Translation", []),
        ("Finding Structure for Speech Translation", []),
        ("Heat", []),
    ],
)
def test_titles(title: str, expected: list[tuple[str, str]]) -> None:
    assert [(matter.one, matter.other) for matter in of_title(running(title, ""))] == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("We study the impact of word order on cross-lingual parsing, and find none.", ["word order"]),
        ("We propose a new latent alignment (LA) model to improve speech translation.", ["latent alignment"]),
        ("Metformin reduces fasting glucose in pregnant women.", ["Metformin"]),
        ("Subword models outperform character models on Finnish tagging.", ["Subword models"]),
        ("Our model outperforms it on this task.", []),
        ("The model improves results.", []),
        ("These methods improve the former.", []),
    ],
)
def test_sentences(sentence: str, expected: list[str]) -> None:
    assert [matter.one for matter in of_sentence(sentence, True)] == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "We show that loss of ATG7 markedly increased lipid accumulation in mice.",
            [("effect", "loss of ATG7", "lipid accumulation in mice")],
        ),
        ("Nanog is essential for germline development.", [("role", "Nanog", "germline development")]),
        ("Tumour growth was inhibited by metformin.", [("effect", "metformin", "Tumour growth")]),
        (
            "STIM1 controls calcium entry and reduces cell death.",
            [("role", "STIM1", "calcium entry"), ("effect", "STIM1", "cell death")],
        ),
        (
            "RESULTS Vitamin D reduces falls, bone loss and hip fractures in women.",
            [
                ("effect", "Vitamin D", "falls"),
                ("effect", "Vitamin D", "bone loss"),
                ("effect", "Vitamin D", "hip fractures"),
            ],
        ),
        ("It reduces falls.", []),
        ("Their combination reduces bone loss.", []),
        ("Suggesting ramps reduces bone loss.", []),
        ("We compared mice.", []),
    ],
)
def test_clauses(sentence: str, expected: list[tuple[str, str, str]]) -> None:
    assert [item for item in acted(sentence) if len(item[2]) > 4] == expected


@pytest.mark.parametrize(
    ("text", "acting", "acted_on"),
    [
        (
            "We use adversarial training for named entity recognition.",
            ["adversarial training"],
            ["named entity recognition"],
        ),
        ("We use transfer learning models and training data.", ["transfer learning"], []),
        (
            "Deletion of ATG7 and statins lower the risk of heart failure.",
            ["Deletion of ATG7", "statins"],
            ["risk of heart failure"],
        ),
        ("To align word embeddings we use monolingual data.", ["word embeddings", "monolingual data"], []),
        ("Detecting abusive language is hard; so is sepsis.", [], ["Detecting abusive language", "sepsis"]),
        ("WMT20 biomedical translation needs deep learning.", [], ["biomedical translation"]),
        ("Learning models of training.", [], []),
    ],
)
def test_things_known_by_their_last_word(text: str, acting: list[str], acted_on: list[str]) -> None:
    assert [topic.text for topic in acts(text)] == acting
    assert [topic.text for topic in aims(text)] == acted_on
    assert all(text[topic.start : topic.end] == topic.text for topic in (*acts(text), *aims(text)))


def test_two_of_a_kind_are_compared_and_others_are_not() -> None:
    def asked(title: str, *sentences: str) -> set[tuple[str, str, str, str]]:
        passages = [
            Passage(paper_id="p", section="", start=0, end=len(text), text=text) for text in sentences
        ]
        return {(m.kind, m.one, m.other, m.outcome) for m, _ in paired(title, passages, " ".join(sentences))}

    told = asked(
        "stance detection", "Word embeddings help.", "Contextual features outperform monolingual data."
    )
    assert ("comparison", "Word embeddings", "Contextual features", "stance detection") in told
    assert ("effect", "monolingual data", "stance detection", "") in told
    assert not any("monolingual data" in item and item[0] == "comparison" for item in told)
    assert ("comparison", "BERT", "XLNet", "stance detection") in asked(
        "stance detection", "BERT outperforms XLNet."
    )
    assert asked("heat", "Two fluids are warm.") == set()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("What is the effect of our model on speech translation?", "points at"),
        ("Does this paper improve speech translation of lectures?", "points at"),
        ("Speech translation of lectures?", "has not from"),
        ("What is the effect of noise on speech translation", "one plain question"),
        ("What is the effect of noise on speech? Or translation?", "one plain question"),
        ("What is the effect of A [3] on speech translation?", "one plain question"),
        ("Which speech translation corpora are there for lectures?", "cannot be read"),
        ("What is the effect of models on performance of methods?", "too general"),
        ("Quel est l'effet du bruit sur la traduction de la parole des cours?", "not in English"),
        ("What is the effect of noise on speech translation?", ""),
        ("How do subword models compare to character models for Finnish tagging?", ""),
    ],
)
def test_what_stands_alone(text: str, said: str) -> None:
    assert said in fault(text)
    assert bool(said) == bool(fault(text))


def test_names_that_a_paper_coins() -> None:
    assert coined("ZedNet: A Net", "We propose FooBar, a net. We use BERT. It is called BazQ.") == {
        "ZedNet",
        "FooBar",
        "BazQ",
    }


@given(st.text(max_size=120), st.text(max_size=60))
def test_any_text_gives_phrases_of_its_own(sentence: str, title: str) -> None:
    for matter in of_sentence(sentence, True):
        assert matter.one in sentence
        assert noun_phrase(matter.one) == matter.one
    for _, one, other in acted(sentence):
        assert one in sentence or "(" in sentence
        assert other
    for matter in of_title(running(title, sentence)):
        assert matter.other in running(title, sentence)
    assert running(title, sentence).casefold() == title.casefold() or "İ" in title


@pytest.mark.parametrize(
    ("more", "error", "said"),
    [
        ({"seed": "unknown"}, UserError, "no paper of the library is called 'unknown'"),
        ({"seed": "missing.pdf"}, LibraryError, "missing.pdf is not there"),
        ({"seed": " "}, UserError, "is empty"),
        ({"seed": "x" * 5000}, UserError, "no paper of the library"),
        ({"seed": "a\0b"}, UserError, "no paper of the library"),
        ({"n": 0}, UserError, "-n is 0"),
        ({"n": 51}, UserError, "-n is 51"),
        ({"engine": "steam"}, UserError, "unknown engine"),
        ({"seed": "fr"}, UserError, "not in English"),
    ],
)
def test_misuse(
    box: Toolbox, tmp_path: Path, more: dict[str, Any], error: type[Exception], said: str
) -> None:
    french = {
        "id": "fr",
        "title": "Le bruit",
        "abstract": "Le bruit est dans la parole. Nous ne savons pas ce que c'est.",
    }
    with pytest.raises(error, match=said):
        ask(box, tmp_path, PAPER, french, **more)


def test_a_file_is_one_paper(box: Toolbox, tmp_path: Path) -> None:
    given: dict[str, Any] = {"engine": "embedded", "settings": box.settings, "toolbox": box}
    alone = write_library(tmp_path / "alone.jsonl", PAPER)
    assert questions(alone, **given).paper_id == "seed"
    with pytest.raises(UserError, match="holds 2 papers; name one of them"):
        questions(write_library(tmp_path / "two.jsonl", PAPER, OTHER), **given)
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    with pytest.raises(LibraryError, match="holds no text"):
        questions(empty, **given)
    with pytest.raises(UserError, match="say where to look it up: --library PATH or --sources arxiv"):
        questions("10.1000/x", **given)


class Shelf:
    """A source that has the paper, or none, or fails."""

    name = "shelf"

    def __init__(self, box: Toolbox, papers: Sequence[Paper] = (), error: Exception | None = None) -> None:
        self.papers, self.error = tuple(papers), error
        self.box = box

    def search(self, queries: Sequence[str], *, limit: int, until: str | None) -> Found:
        if self.error:
            raise self.error
        return Found(papers=self.papers)


def test_a_source_is_asked_for_the_paper(box: Toolbox, tmp_path: Path) -> None:
    given: dict[str, Any] = {"engine": "embedded", "settings": box.settings, "toolbox": box}
    key = box.texts.put(PAPER["abstract"])
    paper = Paper(id="DOI:10.1000/x", ids={"doi": "10.1000/x"}, title=PAPER["title"], text_hash=key)
    other = replace(paper, id="DOI:10.1000/y", ids={"doi": "10.1000/y"}, title="Another")
    down = Shelf(box, error=OSError("no\nroute"))
    found = questions("https://doi.org/10.1000/X", sources=[down, Shelf(box, [other, paper])], n=1, **given)
    assert found.paper_id == "DOI:10.1000/x"
    assert found.problems == ("the source shelf did not answer: OSError: no route",)
    with pytest.raises(UserError, match=r"no source has a paper called '10\.1000/z'"):
        questions("10.1000/z", sources=[Shelf(box, [paper])], **given)
    with pytest.raises(RunError, match="did not answer: OSError: no route; the seed paper"):
        questions("10.1000/x", sources=[down], **given)
    with pytest.raises(UserError, match="unknown source 'nowhere'"):
        questions("10.1000/x", sources=["nowhere"], **given)
    with pytest.raises(UserError, match="needs --library"):
        questions("10.1000/x", sources=["library"], **given)
    gone = replace(paper, retracted=True)
    told = questions("10.1000/x", sources=[Shelf(box, [gone])], n=1, **given).problems
    assert told == ("the seed paper DOI:10.1000/x is marked as retracted",)


def test_all_sources_are_asked_until_one_has_the_paper(box: Toolbox, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def made(group: str, name: str) -> Any:
        if group != "sources":
            return load(group, name)
        asked.append(name)
        key = box.texts.put(PAPER["abstract"])
        found = Paper(id="DOI:10.1000/x", ids={"doi": "10.1000/x"}, title=PAPER["title"], text_hash=key)
        return lambda toolbox, library: Shelf(box, [found] if name == "crossref" else [])

    monkeypatch.setattr("assignee.derive.load", made)
    found = questions(
        "10.1000/x", sources=["all"], n=1, engine="embedded", settings=box.settings, toolbox=box
    )
    assert found.paper_id == "DOI:10.1000/x"
    assert asked == ["arxiv", "openalex", "semantic_scholar", "crossref"]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = str(write_library(tmp_path / "papers.jsonl", PAPER, OTHER))
    command = ["questions", "--library", library, "--engine", "embedded", "--seed-paper"]
    assert main([*command, "seed", "-n", "1"]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith(
        "Lind and Roe (2021), Adapter Tuning for Low-Resource Speech Recognition [seed]"
    )
    assert "1. What is the effect of vocal tract normalisation on children's speech recognition?" in shown.out
    assert shown.err == ""
    assert main([*command, "seed", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert SeedQuestions.from_dict(told).to_dict() == told
    assert main([*command, "heat"]) == 1
    assert (
        "0 questions instead of 5: no sentence of the seed paper, read as abstract" in capsys.readouterr().err
    )
    assert main([*command, "nobody"]) == 2
    assert "nobody" in one_line(capsys)
    assert main(["questions"]) == 2
    assert "--seed-paper" in one_line(capsys)


def raised(*items: tuple[str, str, str]) -> dict[str, Any]:
    return {"questions": [dict(zip(("sentence", "quote", "question"), item, strict=True)) for item in items]}


def test_a_models_questions_are_held_to_the_same_checks(world: World) -> None:
    good = "How does intermediate training compare to multilingual training for zero-shot transfer on XTREME?"
    server: StandIn = world.server
    server.answer = lambda request: raised(
        ("s2", "improves zero-shot transfer", good),
        ("s2", "improves zero-shot transfer", good.replace("How does", "How do")),
        ("s2", "improves few-shot transfer", "Does intermediate training improve few-shot transfer?"),
        (
            "s9",
            "gain less",
            "Do small models gain less from intermediate training on English than large models?",
        ),
        ("s3", "Small models gain less", "Does our method improve zero-shot transfer?"),
        (
            "s3",
            "Small models gain less",
            "What is the effect of intermediate training on transfer on GLUE42?",
        ),
    )
    engine = OpenAIEngine(FakeClock())
    with Toolbox.open(world.settings) as box, pytest.MonkeyPatch.context() as patch:
        patch.setattr("assignee.graphs.engine_choice.choose_engine", lambda name: engine)
        found = questions("base", world.library, n=3, engine="openai", settings=world.settings, toolbox=box)
    assert [item.question for item in found.questions] == [good]
    assert (
        found.questions[0].quote
        == "Intermediate training on English improves zero-shot transfer by 4.2 points on XTREME."
    )
    assert [refused.like for refused in found.refused] == [good]
    assert found.problems[:3] == (
        "1 of the model's questions dropped: it names what the sentences shown do not",
        "1 of the model's questions dropped: it points at a text that its reader does not have",
        "2 of the model's questions dropped: its quote is not in the sentence that it names",
    )
    (request,) = server.requests
    assert task(request) == "questioner"
    assert list(blocks(request)) == ["title", "sentences"]
    assert "At most 6 questions" in request["messages"][1]["content"]


def test_a_model_that_gives_no_answer_gives_no_question(world: World) -> None:
    world.server.answer = lambda request: "I would rather not."
    engine = OpenAIEngine(FakeClock())
    with Toolbox.open(world.settings) as box, pytest.MonkeyPatch.context() as patch:
        patch.setattr("assignee.graphs.engine_choice.choose_engine", lambda name: engine)
        found = questions("base", world.library, engine="openai", settings=world.settings, toolbox=box)
    assert found.questions == ()
    assert found.problems[0] == "the model derived no question: the model gave no valid answer"
