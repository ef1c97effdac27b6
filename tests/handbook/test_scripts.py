"""Words of any script are found on the page in the order the eye meets them: nothing there is called lost."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from guidepress.book.model import Book
from guidepress.handbook.press import press
from guidepress.layouts import Layout
from guidepress.pdf.proof import Text, lost, normal
from tests.handbook import books
from tests.pdf.inspection import texts

# A sentence or two in each script, of the kind that a technical book has: with digits, Latin words, brackets.
SCRIPTS = {
    "ar": "المعالج المركزي (CPU) ينفّذ التعليمات. هل جرّبت prototypes? نعم، 12 مرة، بنسبة 3.5% في HTTP/2.",
    "fa": "پردازنده (CPU) دستورها را اجرا می‌کند؛ نسخهٔ ۳.۱۱ از Python را نصب کنید (pip install).",
    "he": 'המעבד (CPU) מריץ פקודות. ראו את "prototypes?" בעמ\' 12, וגם C++ ו-HTTP/2.',
    "ur": "سرور (server) درخواست کا جواب دیتا ہے، اور cache اسے یاد رکھتا ہے۔",
    "yi": "דער סערווער ענטפֿערט אױף יעדער בקשה (request).",
    "ps": "سرور غوښتنو ته ځواب ورکوي (HTTP).",
    "ckb": "ڕاژەکار وەڵامی داواکارییەکان دەداتەوە (API).",
    "syr": "ܫܠܡܐ ܥܠܡܐ (Hello) ܒܟܠܗ ܬܒܝܠ.",
    "dv": "ސަރވަރ (server) ޖަވާބު ދެއެވެ.",
    "hi": "सर्वर अनुरोधों का उत्तर देता है (HTTP), क्षत्रिय, ज्ञान, श्री।",
    "bn": "সার্ভার অনুরোধের উত্তর দেয় (HTTP)। ক্ষমা, জ্ঞান।",
    "ta": "சேவையகம் கோரிக்கைகளுக்கு பதிலளிக்கிறது (HTTP).",
    "te": "సర్వర్ అభ్యర్థనలకు సమాధానం ఇస్తుంది (HTTP).",
    "kn": "ಸರ್ವರ್ ವಿನಂತಿಗಳಿಗೆ ಉತ್ತರಿಸುತ್ತದೆ (HTTP).",
    "ml": "സെർവർ അഭ്യർത്ഥനകൾക്ക് ഉത്തരം നൽകുന്നു (HTTP).",
    "gu": "સર્વર વિનંતીઓનો જવાબ આપે છે (HTTP).",
    "pa": "ਸਰਵਰ ਬੇਨਤੀਆਂ ਦਾ ਜਵਾਬ ਦਿੰਦਾ ਹੈ (HTTP).",
    "or": "ସର୍ଭର ଅନୁରୋଧର ଉତ୍ତର ଦିଏ (HTTP).",
    "si": "සේවාදායකය ඉල්ලීම්වලට පිළිතුරු දෙයි (HTTP).",
    "th": "เซิร์ฟเวอร์ตอบคำขอ (HTTP) ทั้งหมด น้ำ ที่นี่",
    "lo": "ເຊີບເວີຕອບຄໍາຮ້ອງຂໍ (HTTP).",
    "my": "ဆာဗာသည် တောင်းဆိုမှုများကို ဖြေကြားသည် (HTTP)။",
    "km": "ម៉ាស៊ីនមេឆ្លើយតបនឹងសំណើ (HTTP)។",
    "bo": "བོད་སྐད་ཀྱི་ཡི་གེ (HTTP)།",
    "ka": "სერვერი პასუხობს მოთხოვნებს (HTTP).",
    "hy": "Սերվերը պատասխանում է հարցումներին (HTTP)։ և",
    "el": "Ο διακομιστής απαντά στα αιτήματα (HTTP). ΰ ᾳ",
    "ru": "Сервер отвечает на запросы (HTTP). Ёлка, й.",
    "am": "አገልጋዩ ለጥያቄዎች ምላሽ ይሰጣል (HTTP)።",
    "chr": "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ (HTTP).",
    "iu": "ᐃᓄᒃᑎᑐᑦ (HTTP).",
    "mn": "ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ (HTTP).",
    "nqo": "ߒߞߏ ߛߓߍ (HTTP).",
    "ber": "ⵜⴰⵎⴰⵣⵉⵖⵜ (HTTP).",
    "vi": "Máy chủ trả lời các yêu cầu, ngữ cảnh (HTTP). Nguyễn",
    "tr": "İstanbul'da ışık, İĞÜŞÖÇ (HTTP).",
    "de": "Straße, Größe, GROẞ, ﬁnden (HTTP).",
    "en": "e\u0301 office affluent \u200bzero\u2060width soft\u00adhyphen \U0001f469\u200d\U0001f4bb (HTTP).",
    "sa": "संस्कृतम् ॐ त्र्यम्बकं (HTTP)।",
    "jv": "ꦗꦮ (HTTP).",
    # Letters under marks that no font has together with them, then the same letters alone.
    "zxx": "s\u0355\u0303\u0300e\u0327\u0304r\u0325\u035ev\u0302\u0301e\u0331\u0307r\u0330\u030f server "
    "o\u0328\u0301 d\u0323\u0307 q\u0323\u0307 1\u20e3 a\u0336b\u0336 \u0438\u0306\u0301 oqdab и (HTTP).",
}
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur", "yi", "ps", "ckb", "syr", "dv", "nqo"}


def paragraphs(tag: str) -> str:
    direction = "rtl" if tag in RIGHT_TO_LEFT else "ltr"
    words = SCRIPTS[tag]
    # Long enough to break over lines, with words that stand in elements of their own, and the other direction around.
    return (
        f'<p data-line="3" lang="{tag}" dir="{direction}">{" ".join([words] * 6)}</p>'
        f'<p data-line="4" lang="{tag}" dir="{direction}">{words} <em>prototypes?</em> {words} '
        f"<code>git push --force (main)</code> {words}</p>"
        f'<p data-line="5">In a sentence: {words} Thus.</p>'
        f'<p data-line="6" dir="rtl">{words}</p>'
    )


def called_lost(book: Book, layout: Layout) -> list[str]:
    return [
        d.message
        for d in press(book, layout, cache=books.KEPT).diagnostics
        if d.code == "handbook-text-lost"
    ]


@pytest.mark.slow
@pytest.mark.parametrize("tags", [sorted(SCRIPTS)[i::4] for i in range(4)], ids="-".join)
def test_no_script_is_called_lost(sample: Book, layout: Layout, tags: list[str]) -> None:
    book = books.with_chapters(sample, [paragraphs(tag) for tag in tags])
    assert called_lost(book, layout) == []


def test_letters_keep_their_text_after_marks_stood_on_them(
    sample: Book, layout: Layout, tmp_path: Path
) -> None:
    """Sections in which a letter only comes under marks, or only alone: both can be copied from the finished book."""
    chapters = [f'<p data-line="3">{words}</p>' for words in ("x\u0323\u0307", "xxx", "axa")]
    done = press(books.with_chapters(sample, chapters), layout, cache=books.KEPT)
    assert "handbook-text-lost" not in [d.code for d in done.diagnostics]
    assert done.value is not None
    path = tmp_path / "handbook.pdf"
    path.write_bytes(done.value.pdf)
    text = unicodedata.normalize("NFD", "".join(texts(path)))
    assert all(words in text for words in ("x\u0323\u0307", "xxx", "axa"))


def test_what_is_drawn_mirrored_is_no_loss() -> None:
    # As an engine paints two right-to-left lines: from the left edge, brackets turned, the Latin words as they are.
    wanted = Text(1, "שלום (CPU) עולם prototypes? סוף.")
    painted = [normal(".ףוס ?prototypes םלוע (CPU) םולש")]
    assert list(lost([wanted], painted)) == []


@pytest.mark.parametrize("gone", ["שלום", "prototypes"])
def test_a_word_that_is_missing_between_scripts_is_a_loss(gone: str) -> None:
    wanted = Text(1, "שלום (CPU) עולם prototypes? סוף.")
    painted = ".ףוס ?prototypes םלוע (CPU) םולש"
    there = painted.replace(gone, "").replace(gone[::-1], "")
    assert [loss.line for loss in lost([wanted], [normal(there)])] == [1]
