# follow-up
# translation
from . import (
    test_booking,
    test_capture,
    test_contract,
    test_evidence,
    test_followup_security,
    test_i18n,
    test_intervention,
    test_kpi_report,
    test_planning,
    test_planning_changes,
    test_procedure,
    test_renewal,
    test_service_security,
    test_survey_answer,
    test_survey_obligation,
    test_technician_tour,
    test_ticket,
    test_tools,
    test_unattended_language,
)
