from . import helpdesk, portal, service_request, survey, ticket_confirmation
