from . import helpdesk, portal, service_request, survey
