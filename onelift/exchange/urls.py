"""Addresses of the texts of all floors."""

from django.urls import path

from onelift.exchange.views import files, glossary, machine
from onelift.exchange.views.text_list import text_list
from onelift.exchange.views.text_write import text_check, text_still, text_write

app_name = "exchange"

TEXTS = "p/<slug:programme>/texts/"
ONE = f"{TEXTS}<slug:kind>/<int:pk>/<slug:language>/"

GLOSSARY = f"{TEXTS}glossary/"

urlpatterns = [
    path(GLOSSARY, glossary.glossary_list, name="glossary-list"),
    path(f"{GLOSSARY}add/", glossary.glossary_add, name="glossary-add"),
    path(f"{GLOSSARY}import/", glossary.glossary_import, name="glossary-import"),
    path(f"{GLOSSARY}export/<slug:kind>/", glossary.glossary_export, name="glossary-export"),
    path(f"{GLOSSARY}<int:pk>/", glossary.glossary_edit, name="glossary-edit"),
    path(f"{GLOSSARY}<int:pk>/remove/", glossary.glossary_remove, name="glossary-remove"),
    path(f"{GLOSSARY}<int:pk>/restore/", glossary.glossary_restore, name="glossary-restore"),
    path(TEXTS, text_list, name="text-list"),
    path(f"{TEXTS}export/", files.text_export, name="text-export"),
    path(f"{TEXTS}import/", files.text_import, name="text-import"),
    path(f"{TEXTS}import/<int:pk>/", files.text_imported, name="text-imported"),
    path(ONE, text_write, name="text-write"),
    path(f"{ONE}still/", text_still, name="text-still"),
    path(f"{ONE}machine/", machine.text_machine, name="text-machine"),
    path(f"{ONE}check/", text_check, name="text-check"),
]
