import pytest

from outbrief.terms.errors import InvalidInput
from outbrief.terms.report import (
    ReportFilters,
    ReportFormat,
    ReportType,
    check_report_format,
    check_report_type,
)
from outbrief.terms.report_config import ReportConfig, check_report_config

WORKSPACE = "3f2c8a52-6f0e-4d51-9c1a-0d3a6f5e7b11"


@pytest.mark.parametrize("config", [None, {}, {"domains": []}, {"campaignIds": None}])
def test_an_empty_config_limits_nothing(config: dict | None):
    assert check_report_config(config) == ReportConfig()


def test_a_config_becomes_filters_without_repeats():
    config = {
        "workspaceIds": [WORKSPACE.upper()],
        "campaignIds": ["c-2", " c-1 ", "c-2"],
        "domains": ["Mail.Acme.test", "mail.acme.test"],
    }
    assert check_report_config(config).filters == ReportFilters(
        workspace_ids=(WORKSPACE,), campaign_ids=("c-2", "c-1"), domains=("mail.acme.test",)
    )


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"workspaceId": [WORKSPACE]}, "config.workspaceId"),
        ({"workspaceIds": ["north"]}, "config.workspaceIds"),
        ({"workspaceIds": WORKSPACE}, "config.workspaceIds"),
        ({"campaignIds": [7]}, "config.campaignIds"),
        ({"campaignIds": ["a\x00"]}, "config.campaignIds"),
        ({"domains": [" "]}, "config.domains"),
        (["domains"], "config"),
    ],
)
def test_a_wrong_config_is_refused_by_its_key(config: object, field: str):
    with pytest.raises(InvalidInput) as caught:
        check_report_config(config)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_types_and_formats_are_known_by_name():
    assert check_report_type("domain_health") is ReportType.DOMAIN_HEALTH
    assert check_report_format("pdf") is ReportFormat.PDF
    with pytest.raises(InvalidInput, match="campaign, overall") as caught:
        check_report_type("weekly")
    assert caught.value.field == "reportType"
    with pytest.raises(InvalidInput) as caught:
        check_report_format("parquet")
    assert caught.value.field == "format"
