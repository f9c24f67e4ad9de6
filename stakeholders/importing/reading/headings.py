"""Which column is which: the headings of personnel and site files, in French and English."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programmes.design.folding import folded
from programmes.reading.cells import Cell, text_of
from stakeholders.importing.models.reason import FIELDS, field_word

Headings = Mapping[str, frozenset[str]]


def _folded(spellings: dict[str, str]) -> dict[str, frozenset[str]]:
    return {name: frozenset(folded(s) for s in text.split(";")) for name, text in spellings.items()}


PEOPLE = _folded(
    {
        "personnel_number": (
            "Matricule;Numéro matricule;N° matricule;Matricule salarié;Matricule employé;"
            "Numéro de personnel;Numéro du personnel;Identifiant;ID employé;ID salarié;"
            "Employee ID;Employee number;Employee no;Employee no.;EmployeeID;Emp ID;"
            "Personnel number;Personnel no;Personnel ID;Staff ID;Staff number;Worker ID;Person ID"
        ),
        "last_name": (
            "Nom;Nom de famille;Nom d'usage;Nom usuel;Noms;Last name;Lastname;Surname;"
            "Family name;Legal last name"
        ),
        "first_name": (
            "Prénom;Prénoms;Prénom usuel;First name;Firstname;Given name;Given names;Forename;"
            "Preferred first name"
        ),
        "email": (
            "Adresse e-mail;Adresse email;Adresse mail;Adresse électronique;Adresse de messagerie;"
            "Courriel;E-mail;Email;Mail;Mél;E-mail professionnel;Email professionnel;"
            "Adresse e-mail professionnelle;Email address;E-mail address;Mail address;Work email;"
            "Work e-mail;Business email;Company email"
        ),
        "language": (
            "Langue;Langue préférée;Langue de communication;Langue de contact;Langue parlée;"
            "Language;Preferred language;Communication language;Correspondence language;Lang"
        ),
        "business_line": (
            "Métier;Filière;Filière métier;Famille de métiers;Branche;Business line;Businessline;"
            "Line of business;Function group;Job family"
        ),
        "job": (
            "Fonction;Poste;Intitulé du poste;Intitulé de poste;Libellé poste;Emploi;Job title;"
            "Job;Position;Title;Role;Function"
        ),
        "site": (
            "Site;Site de travail;Lieu de travail;Établissement;Localisation;Implantation;"
            "Location;Work location;Work site;Worksite;Office;Site name"
        ),
        "employer": (
            "Employeur;Société;Entreprise;Société employeur;Employer;Company;Legal entity;"
            "Employing company"
        ),
        "manager_number": (
            "Matricule manager;Matricule du manager;Matricule responsable;"
            "Matricule du responsable;Matricule N+1;ID manager;Manager ID;Manager number;"
            "Manager employee ID;Manager's employee ID;Manager personnel number;Supervisor ID;"
            "Line manager ID;Reports to"
        ),
        "entered_on": (
            "Date d'entrée;Date d’entrée;Date entrée;Date d'embauche;Date embauche;"
            "Date d'arrivée;Date d'ancienneté;Entrée le;Hire date;Hired on;Date of hire;"
            "Start date;Entry date;Date of entry;Joining date;Date joined"
        ),
    }
)
PEOPLE_NEEDED = ("personnel_number", "last_name", "email", "site")

# Known, but not taken: these come with the site.
WITH_SITE = _folded({"": "Pays;Code pays;Région;Zone;Country;Country code;Region;Time zone"})[""]
# The columns that the report of bad lines adds to those of the file, in French and English.
REPORT_LINE = frozenset(map(folded, ("Row in the file", "Line in the file", "Ligne du fichier")))
REPORT_REASON = frozenset({folded("Why it was rejected"), folded("Motif du rejet")})

SITES = _folded(
    {
        "name": "Site;Site name;Name;Nom;Nom du site",
        "latin_name": "Latin name;Name in Latin letters;Nom latin;Nom en lettres latines",
        "country": "Country;Country code;Pays;Code pays",
        "subdivision": "Subdivision;Part of the country;Subdivision du pays",
        "region": "Region;Région;Zone",
        "time_zone": "Time zone;Timezone;Fuseau horaire;Fuseau",
        "language": "Language;Langue",
        "is_pilot": "Pilot;Pilot site;Pilote;Site pilote",
        "weekend_days": "Weekend;Weekend days;Week-end;Jours de week-end",
    }
)
SITES_NEEDED = ("name", "country", "region", "time_zone", "language")


# How the columns of a file of sites are called in English; the French words are headings too.
_SITE_WORDS: dict[str, Promise] = {
    "name": FIELDS["site"],
    "country": _("Country"),
    "region": _("Region"),
    "time_zone": _("Time zone"),
    "language": FIELDS["language"],
}


def heading_word(name: str) -> str:
    """Return a heading in the reader's language that is known as a column of this name."""
    return str(_SITE_WORDS[name]) if name in _SITE_WORDS else field_word(name)


def columns_of(cells: Iterable[Cell], known: Headings) -> dict[str, int]:
    """Return the position of each known column; the first of two with one meaning counts."""
    columns: dict[str, int] = {}
    for position, cell in enumerate(cells):
        heading = folded(text_of(cell)[:200])
        for name, spellings in known.items():
            if heading in spellings:
                columns.setdefault(name, position)
    return columns


def doubled(cells: Iterable[Cell], known: Headings) -> list[str]:
    """Return the headings that mean the same as another one, as they stand."""
    headings = [text_of(cell)[:200] for cell in cells]
    groups = ([h for h in headings if folded(h) in spellings] for spellings in known.values())
    return [heading for group in groups if len(group) > 1 for heading in group]


def is_of_report(headings: Iterable[str]) -> bool:
    """Tell whether headings are those of a report of bad lines."""
    found = {folded(heading) for heading in headings}
    return bool(found & REPORT_LINE and found & REPORT_REASON)
