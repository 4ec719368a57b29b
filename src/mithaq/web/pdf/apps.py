from django.apps import AppConfig


class PdfConfig(AppConfig):
    name = "mithaq.web.pdf"
    label = "pdf"
    api = "mithaq.web.pdf.api"
