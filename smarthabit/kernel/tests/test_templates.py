"""Templates are laid out for those who read them; what is sent is as if they stood on one line."""

import pytest
from django.template import Context, Engine, TemplateSyntaxError

from smarthabit.kernel.templates import LaidOutTemplate

ENGINE = Engine(debug=True, libraries={"i18n": "django.templatetags.i18n"})


def rendered(source: str, **context: object) -> str:
    return LaidOutTemplate(source, engine=ENGINE).render(Context(context))


@pytest.mark.parametrize(
    ("source", "sent"),
    [
        ("<ul>\n  <li>one</li>\n</ul>\n", "<ul><li>one</li></ul>"),
        ("<p>\n  two\n  words\n</p>", "<p>two words</p>"),
        ("<p>\n  {{ a }}\n  {{ a }}\n</p>", "<p>11</p>"),
        ('<p>\n  {{ a }}{{ " " }}\n  <b>of</b>\n</p>', "<p>1 <b>of</b></p>"),
        ("<p>{{ a }} of <b>2</b> days</p>", "<p>1 of <b>2</b> days</p>"),
        ('<a\n  href="x"\n  {% if a %}hidden{% endif %}>', '<a href="x" hidden>'),
        ('<a class="one\n  {% if a %}two{% endif %}\n  three">', '<a class="one two three">'),
        ("<a title='2 > 1'\n  hidden>", "<a title='2 > 1' hidden>"),
        ("{% if a %}\n  yes\n{% else %}\n  no\n{% endif %}", "yes"),
        ("1 < 2\nand more", "1 < 2 and more"),
        ("{# for us #}\n<p>x</p>", "<p>x</p>"),
        ("<pre>{% verbatim %}a\n  b{% endverbatim %}</pre>", "<pre>a\n  b</pre>"),
        ("{% load i18n %}\n{% blocktranslate trimmed %}\n  a\n  <b>c</b>\n{% endblocktranslate %}", "a <b>c</b>"),
    ],
)
def test_layout_is_not_sent(source: str, sent: str) -> None:
    assert rendered(source, a=1) == sent


def test_an_error_names_the_line_of_the_file() -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        rendered("<p>\n  x\n</p>\n{% nonsense %}\n")
    assert vars(caught.value)["template_debug"]["line"] == 4
