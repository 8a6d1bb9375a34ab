from . import (
    airbag_kpi_report,
    airbag_kpi_report_target,
    airbag_kpi_snapshot_trend,
    airbag_satisfaction_answer,
    airbag_satisfaction_comment,
    airbag_satisfaction_report,
)
