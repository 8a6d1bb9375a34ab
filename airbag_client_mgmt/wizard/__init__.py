from . import airbag_survey_record
from . import airbag_survey_record_line
from . import airbag_survey_waive
from . import airbag_contract_close
