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
from . import product_template
from . import sale_order_contract
from . import sale_order_line
from . import sale_order_template
from . import sale_order_template_line

# planning of the contract's visits
from . import sale_order_planning
from . import sale_order_line_planning
