"""text.language: the same sentence in many languages, mixtures, and texts nobody can tell."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from galley.clean.ext.text_language import KNOWN, LanguageParams, LanguageUnknownError, TextLanguage, guess_languages
from galley.clean.kernels.arrays import string_column
from galley.testing.batches import records, text_row
from galley.testing.memory import memory_desk

SHARED = Path(os.environ.get("GALLEY_SHARED_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))

SENTENCES = {
    "en": "All human beings are born free and equal in dignity and rights.",
    "de": "Alle Menschen sind frei und gleich an Würde und Rechten geboren.",
    "fr": "Tous les êtres humains naissent libres et égaux en dignité et en droits.",
    "es": "Todos los seres humanos nacen libres e iguales en dignidad y derechos.",
    "pt": "Todos os seres humanos nascem livres e iguais em dignidade e em direitos, e são dotados de razão.",
    "it": "Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti, e sono dotati di ragione.",
    "nl": "Alle mensen worden vrij en gelijk in waardigheid en rechten geboren.",
    "sv": "Alla människor är födda fria och lika i värde och rättigheter.",
    "da": "Alle mennesker er født frie og lige i værdighed og rettigheder, de har fået fornuft efter deres egen vilje af gud.",
    "no": "Alle mennesker er født frie, de er utstyrt med fornuft etter egen vilje og bør bli møtt med respekt mot seg.",
    "fi": "Kaikki ihmiset syntyvät vapaina ja tasavertaisina, ja he ovat myös järjellisiä.",
    "pl": "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw.",
    "cs": "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv.",
    "ro": "Toate ființele umane se nasc libere și egale în demnitate și în drepturi.",
    "hu": "Minden emberi lény szabadon születik és egyenlő méltósága és joga van.",
    "tr": "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar.",
    "vi": "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền.",
    "id": "Semua orang dilahirkan merdeka dan mempunyai martabat dan hak yang sama.",
    "ru": "Все люди рождаются свободными и равными в своём достоинстве и правах.",
    "uk": "Всі люди народжуються вільними і рівними у своїй гідності та правах.",
    "bg": "Всички хора се раждат свободни и равни по достойнство и права, те са надарени с разум.",
    "sr": "Сва људска бића рађају се слободна и једнака у достојанству и правима.",
    "ar": "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق، وقد وهبوا عقلا وضميرا.",
    "fa": "تمام افراد بشر آزاد به دنیا می‌آیند و از لحاظ حیثیت و حقوق با هم برابرند.",
    "ur": "تمام انسان آزاد اور حقوق و عزت کے اعتبار سے برابر پیدا ہوئے ہیں۔",
    "zh-Hans": "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。",
    "zh-Hant": "人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神相對待。",
    "zh": "人人生而自由平等",
    "ja": "すべての人間は、生まれながらにして自由であり、尊厳と権利とについて平等である。",
    "ko": "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.",
    "el": "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.",
    "he": "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם.",
    "th": "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ",
    "hi": "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।",
    "und": "12345 !!! 😀",
}


def _guess(*texts: str) -> list[str]:
    return [guess.language for guess in guess_languages(string_column(pa.array(texts, pa.large_string())))]


@pytest.mark.parametrize("language", SENTENCES)
def test_one_sentence(language: str) -> None:
    assert _guess(SENTENCES[language]) == [language]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("使用 PyTorch 训练 transformer 模型，并用 numpy 处理数据。", "zh-Hans"),
        ("Kubernetes 部署指南：请先安装 Docker", "zh-Hans"),
        ("The word 数据 means data in Chinese, and it is used in this text.", "en"),
        ("東京都", "zh-Hant"),  # nothing but ideographs: Japanese cannot be told
        ("データを処理する", "ja"),
        ("", "und"),
        ("   \n", "und"),
        ("qwrt zxcv plmk", "und"),
        ("\0\0", "und"),
    ],
)
def test_mixtures_and_nothing(text: str, language: str) -> None:
    assert _guess(text) == [language]


def test_the_operator_keeps_what_it_is_told() -> None:
    texts = [SENTENCES[one] for one in ("en", "zh-Hans", "zh-Hant", "fr", "und")] + [None]
    batch = records([text_row(str(place), text) for place, text in enumerate(texts)])

    def judged(**params: Any) -> tuple[str, ...]:
        return TextLanguage(LanguageParams(**params)).apply(batch, memory_desk()).reasons

    assert judged() == ("", "", "", "text.language", "", "")
    assert judged(keep=("zh-Hans",)) == ("text.language", "", "text.language", "text.language", "", "")
    assert judged(keep=("fr",), unknown="drop")[3:] == ("", "text.language_unknown", "")
    details = TextLanguage(LanguageParams(keep=("zh",))).apply(batch, memory_desk()).details
    assert details[0].startswith("en 0.9")
    assert details[0].endswith(", wanted zh")


def test_a_language_nobody_knows_is_refused_when_the_recipe_is_read() -> None:
    with pytest.raises(LanguageUnknownError):
        TextLanguage(LanguageParams(keep=("klingon",)))
    assert {"zh", "zh-Hans", "en", "ja"} <= set(KNOWN)


def test_real_english_and_chinese_are_recognised() -> None:
    english, chinese = SHARED / "docs_neardup" / "docs.jsonl.gz", SHARED / "cluener" / "dev.jsonl"
    if not english.exists() or not chinese.exists():
        pytest.skip("docs_neardup or cluener is not here (set GALLEY_SHARED_DATA)")
    with gzip.open(english, "rt", encoding="utf-8") as lines:
        guesses = _guess(*(json.loads(line)["text"] for line in lines))
    assert guesses.count("en") / len(guesses) > 0.99
    with chinese.open(encoding="utf-8") as lines:
        guesses = _guess(*(json.loads(line)["text"] for line in lines))
    assert sum(guess.startswith("zh") for guess in guesses) / len(guesses) > 0.98
    assert guesses.count("zh-Hant") / len(guesses) < 0.02
