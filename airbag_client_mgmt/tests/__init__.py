from . import test_intervention
from . import test_planning
from . import test_booking
from . import test_service_security
from . import test_tools
from . import test_technician_tour
from . import test_procedure
from . import test_contract
from . import test_renewal
from . import test_capture

# follow-up
from . import test_survey_obligation
from . import test_survey_answer
from . import test_ticket
from . import test_followup_security
from . import test_kpi_report

# translation
from . import test_i18n
from . import test_unattended_language
