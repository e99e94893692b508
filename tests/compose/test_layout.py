"""Reports made of the sections, and of the measures, that somebody chose."""

import datetime as dt

import pytest

from outbrief.compose import check_layout, measure_of, questions, section_keys
from outbrief.terms.calendar import Period
from outbrief.terms.document import Chart, Document, Figures, Findings, Text
from outbrief.terms.errors import InvalidInput
from outbrief.terms.layout import LayoutSection, Standard
from outbrief.terms.layout_check import check_sections
from outbrief.terms.locale import Locale
from outbrief.terms.look import Look
from outbrief.terms.question import AVERAGES, COUNTS, MEASURES, Question
from outbrief.terms.report import ReportType
from outbrief.terms.table import Table
from tests.compose.facts import Fact, answered, column, document_of, request_for, total

EVERY = [name.value for name in ReportType]
FACTS = [
    Fact(
        day=f"2026-11-{16 + i % 5}", campaign=f"c-{i}", campaign_name=f"C {i}", workspace=["North", "South"][i % 2],
        sending_domain=f"m{i % 3}.test", recipient_domain=["gmail.com", "a.test"][i % 2], sent=100 + i,
        delivered=90 + i, hard_bounced=10, opened=40, replied=i,
    )
    for i in range(12)
] + [Fact(day="2026-11-10", sent=900, delivered=880, hard_bounced=20, opened=390, replied=20)]  # fmt: skip


def laid_out(*sections: object, name: str = "campaign", facts: list[Fact] = FACTS, **changed: object) -> Document:
    checked: tuple[LayoutSection, ...] = check_sections(list(sections), field="config.sections")
    return document_of(name, facts, sections=checked, **changed)


def keys(document: Document) -> list[str]:
    kinds = {Figures: "figures", Findings: "findings"}
    return [kinds.get(type(section)) or section.key for section in document.sections]  # type: ignore[union-attr]


# --- sections of a type's own --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_every_section_has_a_key_of_its_own_and_can_be_had_alone(name: str):
    whole = document_of(name, FACTS)
    known = section_keys(ReportType(name))
    assert len(set(known)) == len(known)
    assert set(keys(whole)) <= set(known)
    assert keys(whole) == [key for key in known if key in keys(whole)]
    for key in keys(whole):
        alone = laid_out(key, name=name)
        assert alone.sections[0] == whole.sections[keys(whole).index(key)] or key == "figures"


@pytest.mark.parametrize("name", EVERY)
def test_a_layout_of_all_sections_is_the_report_itself(name: str):
    assert laid_out(*section_keys(ReportType(name)), name=name).sections == document_of(name, FACTS).sections


def test_sections_stand_in_the_order_given_and_notes_stay():
    document = laid_out("campaigns", "sentByDay", "figures")
    assert keys(document) == ["campaigns", "sentByDay", "figures"]
    assert document.main_table == "campaigns"
    assert document.notes == document_of("campaign", FACTS).notes


def test_a_section_that_the_type_does_not_have_is_named_with_those_it_has():
    request = request_for("campaign", sections=(Standard(key="figures"), Standard(key="providers")))
    for call in (lambda: check_layout(request.report_type, request.sections), lambda: questions(request)):
        with pytest.raises(InvalidInput) as caught:
            call()
        assert caught.value.field == "config.sections[1]"
        assert '"providers" is not one of figures, findings,' in str(caught.value)


@pytest.mark.parametrize("kind", ["chart", "table"])
def test_times_by_month_are_refused(kind: str):
    section = {"type": kind, "by": "month", "measures": ["avgTimeToOpen"]}
    with pytest.raises(InvalidInput, match=r"config\.sections\[0\].*not known by month"):
        laid_out(section)


# --- questions -----------------------------------------------------------------------------------------------------


def asked(*sections: object, name: str = "campaign", **changed: object) -> dict[str, Question]:
    request = request_for(name, sections=check_sections(list(sections), field="config.sections"), **changed)
    return {key: question for key, question in questions(request).items() if isinstance(question, Question)}


def test_only_what_the_sections_need_is_asked():
    assert set(asked({"type": "text", "markdown": "Hello"}, "campaigns")) == {"totals", "totals_before", "campaigns"}
    assert set(asked("sentByDay", "campaigns")) == {"totals", "totals_before", "days", "days_before", "campaigns"}
    assert "recipient_domains" not in asked("figures", "sendingDomains", name="deliverability")


def test_sections_that_ask_the_same_are_answered_once_for_all_their_measures():
    found = asked(
        "replyRateByCampaign", {"type": "table", "by": "campaign", "measures": ["sent", "avgTimeToOpen"]}
    )["campaigns"]  # fmt: skip
    assert found.measures == (*COUNTS, "avg_time_to_open")


@pytest.mark.parametrize("name", EVERY)
def test_recipients_are_asked_for_counts_alone_unless_averages_were_chosen(name: str):
    for question in questions(request_for(name)).values():
        if isinstance(question, Question) and "recipient_domain" in question.dimensions:
            assert question.measures == COUNTS
    chosen = questions(request_for("deliverability", measures=("sent", "emails_sent_per_day")))["recipient_domains"]
    assert isinstance(chosen, Question)
    assert chosen.measures == (*COUNTS, "emails_sent_per_day")


@pytest.mark.parametrize("name", EVERY)
def test_a_report_asks_no_more_than_nine_questions(name: str):
    assert len(questions(request_for(name))) <= 9


# --- sections that a layout describes ------------------------------------------------------------------------------


def test_figures_are_those_of_the_section_then_of_the_report_then_of_the_type():
    chosen = {"type": "summary_metrics", "measures": ["replied", "avgTimeToOpen"]}
    assert [figure.key for figure in laid_out(chosen).figures()] == ["replied", "avg_time_to_open"]
    assert [figure.key for figure in laid_out("figures", measures=("clicked",)).figures()] == ["clicked"]
    plain = {"type": "summary_metrics"}
    assert [figure.key for figure in laid_out(plain, measures=("clicked",)).figures()] == ["clicked"]
    assert [f.key for f in laid_out(plain, name="deliverability").figures()][3] == "hard_bounce_rate"


def only_chart(section: object, **changed: object) -> Chart:
    [chart] = laid_out(section, **changed).charts()
    return chart


def test_one_measure_by_day_has_the_period_before_behind_it():
    chart = only_chart({"type": "chart", "measures": ["replied"]})
    assert (chart.title, chart.form) == ("Replied by day", "line")
    assert [series.role for series in chart.series] == ["current", "previous"]
    assert sum(value or 0 for value in chart.series[0].values) == sum(range(12))


def test_several_measures_by_day_are_lines_of_their_own():
    chart = only_chart({"type": "chart", "measures": ["openRate", "clickRate", "replyRate"], "title": "Rates"})
    assert [series.name for series in chart.series] == ["Open rate", "Click rate", "Reply rate"]
    assert chart.title == "Rates"
    assert only_chart({"type": "chart", "measures": ["avgTimeToOpen"]}).series[0].values[0] == 12.5


def test_bars_stand_in_the_order_of_their_measure():
    chart = only_chart({"type": "chart", "measures": ["replyRate"], "by": "campaign"})
    assert chart.title == "Reply rate by campaign, 10 of 12"
    assert chart.x[0] == "C 11"
    assert list(chart.series[0].values) == sorted(chart.series[0].values, reverse=True)
    assert only_chart({"type": "chart", "measures": ["sent"], "by": "recipientDomain"}).x == ("a.test", "gmail.com")


def test_months_are_bars_and_of_many_the_last():
    chart = only_chart({"type": "chart", "measures": ["sent", "replied"], "by": "month"})
    assert (chart.form, chart.x) == ("bar", ("November 2026",))
    period = Period(start=dt.date(2024, 1, 1), end=dt.date(2026, 7, 1))
    facts = [Fact(day=f"{2024 + i // 12}-{i % 12 + 1:02}-05", sent=100 + i, delivered=100) for i in range(30)]
    before = Period(start=dt.date(2021, 7, 1), end=dt.date(2024, 1, 1))
    months = {"type": "chart", "measures": ["sent"], "by": "month"}
    chart = only_chart(months, facts=facts, period=period, comparison=before)
    assert chart.title == "Sent by month, the last 18 of 30"
    assert (chart.x[-1], chart.series[0].values[-1]) == ("June 2026", 129)


def test_a_table_holds_the_rows_with_the_most_and_says_of_how_many():
    document = laid_out({"type": "table", "by": "campaign", "measures": ["replied"], "orderBy": "replied", "limit": 3})
    [table] = document.tables()
    assert table.title == "Campaigns by replied"
    assert column(document, table.key, "replied") == [11, 10, 9]
    assert (table.total_rows, total(document, table.key, "replied")) == (12, sum(range(12)))
    assert table.note == "The closing row counts all 12."
    assert table.page_columns == ("campaignName", "replied")


def test_a_table_holds_the_rows_with_the_fewest_and_too_small_ones_last():
    facts = [*FACTS, Fact(day="2026-11-16", campaign="tiny", campaign_name="Tiny", sent=5, delivered=5)]
    order = {"orderBy": "replyRate", "order": "ascending"}
    document = laid_out({"type": "table", "by": "campaign", "measures": ["replyRate"], **order}, facts=facts)
    [table] = document.tables()
    assert table.title == "Campaigns by reply rate, lowest first"
    assert [column(document, table.key, "campaignId")[i] for i in (0, 1, -1)] == ["c-0", "c-1", "tiny"]
    assert "too few to tell and stand last" in table.note


def test_tables_by_day_and_month_are_in_the_order_of_time():
    days = laid_out({"type": "table", "by": "day", "measures": ["sent", "emailsSentPerDay"]})
    assert [str(day) for day in column(days, "dayBySent", "day")] == [f"2026-11-{day}" for day in range(16, 21)]
    facts = [*FACTS, Fact(day="2026-09-10", sent=5000, delivered=1)]
    months = laid_out({"type": "table", "by": "month", "measures": ["sent", "emailsSentPerDay"]}, facts=facts)
    assert column(months, "monthBySent", "month") == ["September 2026", "November 2026"]
    assert column(months, "monthBySent", "emailsSentPerDay") == [5000, pytest.approx((900 + 1266) / 6)]
    most = {"type": "table", "by": "month", "measures": ["sent"], "limit": 1}
    assert column(laid_out(most, facts=facts), "monthBySent", "month") == ["September 2026"]


@pytest.mark.parametrize("by", ["day", "month", "campaign", "workspace", "sendingDomain", "recipientDomain"])
def test_every_measure_stands_in_every_table_and_chart(by: str):
    names = ["".join([w.capitalize() if i else w for i, w in enumerate(m.split("_"))]) for m in MEASURES]
    timed = [name for name in names if not (by == "month" and name.startswith("avgTime"))]
    for facts in (FACTS, [], FACTS[-1:]):
        for name in timed:
            table = {"type": "table", "by": by, "measures": [name], "orderBy": name, "limit": 2}
            document = laid_out(table, {"type": "chart", "by": by, "measures": [name]}, facts=facts)
            assert len(document.tables()[0].rows) <= 2


def test_text_is_markdown_under_its_title():
    [text, _] = laid_out({"type": "text", "title": "Dear client", "markdown": "# Hi\n\n- one"}).sections
    assert isinstance(text, Text)
    assert (text.title, [block.text for block in text.blocks]) == ("Dear client", ["Hi", "one"])


def test_recommendations_are_the_findings_and_what_to_do():
    document = laid_out("findings", {"type": "recommendations"}, "campaigns")
    findings, text = document.sections[:2]
    assert isinstance(findings, Findings)
    assert isinstance(text, Text)
    assert text.title == "Recommendations"
    assert [block.place for block in text.blocks] == list(range(1, len(findings.findings) + 1))
    for block, finding in zip(text.blocks, findings.findings, strict=True):
        assert block.text.startswith(f"{finding.headline} {finding.detail}")
        assert block.text.endswith(finding.advice)
        assert block.spans[0].strong


def test_recommendations_without_findings_say_so():
    [text, _] = laid_out({"type": "recommendations"}, facts=[]).sections
    assert isinstance(text, Text)
    assert [block.text for block in text.blocks] == ["Nothing asks for a change."]


def test_sections_of_one_kind_have_keys_of_their_own():
    chart = {"type": "chart", "measures": ["sent"], "by": "workspace"}
    text = {"type": "text", "markdown": "x"}
    document = laid_out(chart, text, chart, text, text, "campaigns", "campaigns")
    found = keys(document)
    assert len(set(found)) == len(found)
    assert document.main_table == "campaigns"


def test_a_document_without_a_table_gets_its_figures_by_day():
    document = laid_out({"type": "text", "markdown": "x"}, "toCopy", measures=("sent", "reply_rate"))
    table = document.table(document.main_table)
    assert [one.key for one in table.columns] == ["day", "sent", "replyRate"]
    assert sum(column(document, table.key, "sent")) == 1266
    assert isinstance(document.sections[-1], Table)


def test_the_first_table_is_the_one_of_csv():
    table = {"type": "table", "by": "workspace", "measures": ["sent"]}
    assert laid_out(table, "campaigns").main_table == "workspaceBySent"


# --- measures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_chosen_measures_are_the_figures_and_the_columns_of_the_main_table(name: str):
    chosen = ("click_rate", "sent", "avg_time_to_open")
    document = document_of(name, FACTS, measures=chosen)
    assert [figure.key for figure in document.figures()] == list(chosen)
    held = [one.key for one in document.table(document.main_table).columns]
    assert [key for key in held if key in ("clickRate", "sent", "avgTimeToOpen")].count("sent") == 1
    assert {"clickRate", "sent", "avgTimeToOpen"} <= set(held)
    assert not {"delivered", "openRate", "opens"} & set(held)


def test_a_measure_of_the_whole_period_is_a_fraction_a_count_or_nothing():
    answers = answered(request_for("overall"), FACTS)
    assert measure_of(answers, "sent") == 1266
    assert measure_of(answers, "bounce_rate") == pytest.approx(120 / 1266)
    assert measure_of(answers, "avg_time_to_open") == 12.5
    assert measure_of(answered(request_for("overall"), []), "bounce_rate") is None
    assert all(measure_of(answers, measure) is not None for measure in MEASURES if measure not in AVERAGES)


def test_figures_in_sentences_are_written_for_the_readers():
    document = laid_out("findings", "campaigns", look=Look(locale=Locale.DE))
    assert isinstance(document.sections[0], Findings)
    assert "9,5" in document.sections[0].findings[0].headline
