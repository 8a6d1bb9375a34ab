from . import airbag_treatment
from . import airbag_treatment_step
from . import airbag_vehicle
from . import airbag_intervention
from . import airbag_intervention_lifecycle
from . import airbag_intervention_booking
from . import airbag_intervention_part
from . import airbag_intervention_step
from . import airbag_intervention_product
from . import airbag_recommendation
from . import res_company
from . import res_config_settings
from . import res_partner

# contract
from . import airbag_contract_reason
from . import airbag_contract_obligation
from . import airbag_contract_obligation_template
from . import crm_lead
from . import product_template
from . import res_company_contract
from . import res_config_settings_contract
from . import sale_order_contract
from . import sale_order_contract_state
from . import sale_order_contract_print
from . import sale_order_line
from . import sale_order_line_print
from . import sale_order_renewal
from . import sale_order_renewal_cron
from . import sale_order_revision
from . import sale_order_template
from . import sale_order_template_line

# planning of the contract's visits
from . import sale_order_planning
from . import sale_order_line_planning

# follow-up
from . import airbag_improvement_area
from . import airbag_intervention_followup
from . import airbag_ticket_pause
from . import helpdesk_ticket
from . import helpdesk_ticket_category
from . import helpdesk_ticket_resolution
from . import helpdesk_ticket_stage
from . import helpdesk_ticket_team
from . import mail_mail
from . import res_company_followup
from . import res_config_settings_followup
from . import survey_question
from . import survey_survey
from . import survey_user_input
from . import survey_user_input_answer
from . import survey_user_input_followup
from . import survey_user_input_line

# indicators
from . import airbag_kpi

# demo data
from . import airbag_demo
