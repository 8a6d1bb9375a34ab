from . import (
    airbag_group_order,
    airbag_kpi_report,
    airbag_kpi_report_target,
    airbag_kpi_snapshot_trend,
    airbag_register,
    airbag_register_complaint,
    airbag_register_contract,
    airbag_register_report,
    airbag_register_satisfaction,
    airbag_satisfaction_answer,
    airbag_satisfaction_comment,
    airbag_satisfaction_report,
)
