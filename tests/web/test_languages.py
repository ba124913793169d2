"""The browser is told which language a page speaks, remembers what was chosen, and says Streamlit's words in it."""

import pytest
from starlette.requests import Request

from locales import LANGUAGE_COOKIE, LOCALES, remembered
from web.languages import PATH, script, script_tag, streamlits_words


def asked(query: str):
    return script(
        Request({"type": "http", "method": "GET", "path": PATH, "query_string": query.encode(), "headers": []})
    )


@pytest.mark.parametrize("language", LOCALES)
def test_the_script_names_the_language_and_its_words(language: str) -> None:
    said = asked(f"lang={language}").body.decode()
    assert f'document.documentElement.lang = "{language}"' in said and '"WORDS"' not in said


def test_only_what_was_chosen_is_remembered() -> None:
    assert "set-cookie" not in asked("lang=en").headers
    kept = asked("lang=en&keep=1").headers["set-cookie"]
    assert kept.startswith(f"{LANGUAGE_COOKIE}=en;") and "HttpOnly" in kept and "SameSite=lax" in kept
    assert "keep=1" in script_tag("en", True) and "keep" not in script_tag("en", False)


def test_what_is_no_language_is_the_houses() -> None:
    assert 'lang = "zh-CN"' in asked('lang=";alert(1);"').body.decode()
    assert (remembered({LANGUAGE_COOKIE: "en"}), remembered({LANGUAGE_COOKIE: "xx"}), remembered({})) == (
        "en",
        "zh-CN",
        "zh-CN",
    )


def test_streamlits_words_are_turned_both_ways() -> None:
    assert streamlits_words("zh-CN")["Download as CSV"] == "下载为 CSV"
    assert streamlits_words("en")["下载为 CSV"] == "Download as CSV"
    assert streamlits_words("zh-CN")["No results"] == "没有找到"
