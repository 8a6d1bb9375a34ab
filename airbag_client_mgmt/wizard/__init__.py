from . import (
    airbag_contract_close,
    airbag_survey_record,
    airbag_survey_record_line,
    airbag_survey_waive,
)
