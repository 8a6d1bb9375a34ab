from . import helpdesk, service_request
