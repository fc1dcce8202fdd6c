"""What pagefind is given: Chinese in pairs of characters, everything else as it is."""

from explainer.site_builder.search import CHINESE, prepare

PAGE = """<!doctype html>
<html lang="zh-CN">
<head><meta name="description" content="白名单 &amp; 密钥"></head>
<body><main><h1><code>-2015</code> 白名单</h1><p title="密钥错误">API 密钥错误，<em>请</em>检查</p></main></body>
</html>"""


def test_chinese_is_cut_into_pairs_in_a_language_of_its_own() -> None:
    page = prepare(PAGE)
    assert f'<html lang="{CHINESE}">' in page
    assert '<p title="密钥错误">API  密钥 钥错 错误 误 ，<em>请</em> 检查 查 </p>' in page


def test_title_and_description_stay_as_they_are_shown() -> None:
    head = prepare(PAGE).partition("</head>")[0]
    assert '<meta data-pagefind-meta="title[content]" content="-2015 白名单">' in head
    assert '<meta data-pagefind-meta="description[content]" content="白名单 &amp; 密钥">' in head


def test_pages_in_english_are_indexed_as_they_are() -> None:
    page = PAGE.replace("zh-CN", "en")
    assert prepare(page) == page
