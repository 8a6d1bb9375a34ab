from . import (
    export,
    helpdesk,
    helpdesk_complaint,
    helpdesk_list,
    portal,
    service_request,
    survey,
    ticket_confirmation,
)
