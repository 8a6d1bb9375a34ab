from . import (
    airbag_contract_close,
    airbag_guide_send,
    airbag_intervention_reschedule,
    airbag_recommendation_decline,
    airbag_register_print,
    airbag_survey_record,
    airbag_survey_record_line,
    airbag_survey_waive,
    airbag_ticket_reopen,
    base_partner_merge_automatic_wizard,
    survey_invite,
)
