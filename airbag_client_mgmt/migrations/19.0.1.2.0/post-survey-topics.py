# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID, api

#: The shipped questions and what they are about; their data is ``noupdate``.
TOPICS = {
    "satisfaction_question_overall": "improvement_area_overall",
    "satisfaction_question_punctuality": "improvement_area_punctuality",
    "satisfaction_question_quality": "improvement_area_workmanship",
    "satisfaction_question_staff": "improvement_area_staff",
    "satisfaction_question_recommend": "improvement_area_recommendation",
}


def migrate(cr, _version):
    """Give the shipped questions their topics, where they are still kept."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for question_name, topic_name in TOPICS.items():
        question = env.ref(f"airbag_client_mgmt.{question_name}", False)
        topic = env.ref(f"airbag_client_mgmt.{topic_name}", False)
        if question and topic and not question.topic_id:
            question.topic_id = topic
