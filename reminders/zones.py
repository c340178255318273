"""Which zones a client may live in, where the profile names none: a table by country and by state or province.

A country with one zone has one entry. A country with several has its west-most and its east-most, and the calendar
lets a message go only when it is a good hour in both: so it is a good hour in all that lie between. Parts where
hardly anybody lives are left out where that would cost the rest their hours (Easter Island, Galapagos, Chatham). Russia
stands from Moscow to Vladivostok: between its real ends no two working days meet. Where the profile names the state or
province, that is more exact; a state with two zones has both.

Source: zone.tab of the IANA time zone database (2026), the west-most zone first.
"""

from __future__ import annotations

from functools import cache

UNKNOWN = ("America/New_York", "Europe/Berlin")
"""For a client whose country is unknown. Nobody from the American east coast to the middle of Europe is written to
outside the hours; the whole earth has no common working hour, so something had to be chosen."""

_COUNTRIES = """
AD=Europe/Andorra AE=Asia/Dubai AF=Asia/Kabul AG=America/Antigua AI=America/Anguilla AL=Europe/Tirane
AM=Asia/Yerevan AO=Africa/Luanda AR=America/Argentina/Buenos_Aires AS=Pacific/Pago_Pago AT=Europe/Vienna
AU=Australia/Perth+Australia/Sydney AW=America/Aruba AX=Europe/Mariehamn AZ=Asia/Baku BA=Europe/Sarajevo
BB=America/Barbados BD=Asia/Dhaka BE=Europe/Brussels BF=Africa/Ouagadougou BG=Europe/Sofia
BH=Asia/Bahrain BI=Africa/Bujumbura BJ=Africa/Porto-Novo BL=America/St_Barthelemy BM=Atlantic/Bermuda
BN=Asia/Brunei BO=America/La_Paz BQ=America/Kralendijk BR=America/Rio_Branco+America/Sao_Paulo
BS=America/Nassau BT=Asia/Thimphu BW=Africa/Gaborone BY=Europe/Minsk BZ=America/Belize
CA=America/Vancouver+America/St_Johns CC=Indian/Cocos CD=Africa/Kinshasa+Africa/Lubumbashi
CF=Africa/Bangui CG=Africa/Brazzaville CH=Europe/Zurich CI=Africa/Abidjan CK=Pacific/Rarotonga
CL=America/Santiago+America/Punta_Arenas CM=Africa/Douala CN=Asia/Shanghai CO=America/Bogota
CR=America/Costa_Rica CU=America/Havana CV=Atlantic/Cape_Verde CW=America/Curacao CX=Indian/Christmas
CY=Asia/Nicosia CZ=Europe/Prague DE=Europe/Berlin DJ=Africa/Djibouti DK=Europe/Copenhagen
DM=America/Dominica DO=America/Santo_Domingo DZ=Africa/Algiers EC=America/Guayaquil EE=Europe/Tallinn
EG=Africa/Cairo EH=Africa/El_Aaiun ER=Africa/Asmara ES=Atlantic/Canary+Europe/Madrid
ET=Africa/Addis_Ababa FI=Europe/Helsinki FJ=Pacific/Fiji FK=Atlantic/Stanley
FM=Pacific/Chuuk+Pacific/Pohnpei FO=Atlantic/Faroe FR=Europe/Paris GA=Africa/Libreville GB=Europe/London
GD=America/Grenada GE=Asia/Tbilisi GF=America/Cayenne GG=Europe/Guernsey GH=Africa/Accra
GI=Europe/Gibraltar GL=America/Nuuk GM=Africa/Banjul GN=Africa/Conakry GP=America/Guadeloupe
GQ=Africa/Malabo GR=Europe/Athens GS=Atlantic/South_Georgia GT=America/Guatemala GU=Pacific/Guam
GW=Africa/Bissau GY=America/Guyana HK=Asia/Hong_Kong HN=America/Tegucigalpa HR=Europe/Zagreb
HT=America/Port-au-Prince HU=Europe/Budapest ID=Asia/Jakarta+Asia/Jayapura IE=Europe/Dublin
IL=Asia/Jerusalem IM=Europe/Isle_of_Man IN=Asia/Kolkata IO=Indian/Chagos IQ=Asia/Baghdad IR=Asia/Tehran
IS=Atlantic/Reykjavik IT=Europe/Rome JE=Europe/Jersey JM=America/Jamaica JO=Asia/Amman JP=Asia/Tokyo
KE=Africa/Nairobi KG=Asia/Bishkek KH=Asia/Phnom_Penh KI=Pacific/Tarawa+Pacific/Kiritimati
KM=Indian/Comoro KN=America/St_Kitts KP=Asia/Pyongyang KR=Asia/Seoul KW=Asia/Kuwait KY=America/Cayman
KZ=Asia/Almaty LA=Asia/Vientiane LB=Asia/Beirut LC=America/St_Lucia LI=Europe/Vaduz LK=Asia/Colombo
LR=Africa/Monrovia LS=Africa/Maseru LT=Europe/Vilnius LU=Europe/Luxembourg LV=Europe/Riga
LY=Africa/Tripoli MA=Africa/Casablanca MC=Europe/Monaco MD=Europe/Chisinau ME=Europe/Podgorica
MF=America/Marigot MG=Indian/Antananarivo MH=Pacific/Majuro MK=Europe/Skopje ML=Africa/Bamako
MM=Asia/Yangon MN=Asia/Hovd+Asia/Ulaanbaatar MO=Asia/Macau MP=Pacific/Saipan MQ=America/Martinique
MR=Africa/Nouakchott MS=America/Montserrat MT=Europe/Malta MU=Indian/Mauritius MV=Indian/Maldives
MW=Africa/Blantyre MX=America/Tijuana+America/Cancun MY=Asia/Kuala_Lumpur MZ=Africa/Maputo
NA=Africa/Windhoek NC=Pacific/Noumea NE=Africa/Niamey NF=Pacific/Norfolk NG=Africa/Lagos
NI=America/Managua NL=Europe/Amsterdam NO=Europe/Oslo NP=Asia/Kathmandu NR=Pacific/Nauru NU=Pacific/Niue
NZ=Pacific/Auckland OM=Asia/Muscat PA=America/Panama PE=America/Lima PF=Pacific/Tahiti+Pacific/Marquesas
PG=Pacific/Port_Moresby+Pacific/Bougainville PH=Asia/Manila PK=Asia/Karachi PL=Europe/Warsaw
PM=America/Miquelon PN=Pacific/Pitcairn PR=America/Puerto_Rico PS=Asia/Gaza
PT=Atlantic/Azores+Europe/Lisbon PW=Pacific/Palau PY=America/Asuncion QA=Asia/Qatar RE=Indian/Reunion
RO=Europe/Bucharest RS=Europe/Belgrade RU=Europe/Moscow+Asia/Vladivostok RW=Africa/Kigali SA=Asia/Riyadh
SB=Pacific/Guadalcanal SC=Indian/Mahe SD=Africa/Khartoum SE=Europe/Stockholm SG=Asia/Singapore
SH=Atlantic/St_Helena SI=Europe/Ljubljana SJ=Arctic/Longyearbyen SK=Europe/Bratislava SL=Africa/Freetown
SM=Europe/San_Marino SN=Africa/Dakar SO=Africa/Mogadishu SR=America/Paramaribo SS=Africa/Juba
ST=Africa/Sao_Tome SV=America/El_Salvador SX=America/Lower_Princes SY=Asia/Damascus SZ=Africa/Mbabane
TC=America/Grand_Turk TD=Africa/Ndjamena TF=Indian/Kerguelen TG=Africa/Lome TH=Asia/Bangkok
TJ=Asia/Dushanbe TK=Pacific/Fakaofo TL=Asia/Dili TM=Asia/Ashgabat TN=Africa/Tunis TO=Pacific/Tongatapu
TR=Europe/Istanbul TT=America/Port_of_Spain TV=Pacific/Funafuti TW=Asia/Taipei TZ=Africa/Dar_es_Salaam
UA=Europe/Kyiv UG=Africa/Kampala US=Pacific/Honolulu+America/New_York UY=America/Montevideo
UZ=Asia/Samarkand VA=Europe/Vatican VC=America/St_Vincent VE=America/Caracas VG=America/Tortola
VI=America/St_Thomas VN=Asia/Ho_Chi_Minh VU=Pacific/Efate WF=Pacific/Wallis WS=Pacific/Apia YE=Asia/Aden
YT=Indian/Mayotte ZA=Africa/Johannesburg ZM=Africa/Lusaka ZW=Africa/Harare
"""

_SUBDIVISIONS = """
US-AL=America/Chicago US-AK=America/Adak+America/Anchorage US-AZ=America/Phoenix+America/Denver
US-AR=America/Chicago US-CA=America/Los_Angeles US-CO=America/Denver US-CT=America/New_York
US-DE=America/New_York US-DC=America/New_York US-FL=America/Chicago+America/New_York
US-GA=America/New_York US-HI=Pacific/Honolulu US-ID=America/Los_Angeles+America/Denver
US-IL=America/Chicago US-IN=America/Chicago+America/New_York US-IA=America/Chicago
US-KS=America/Denver+America/Chicago US-KY=America/Chicago+America/New_York US-LA=America/Chicago
US-ME=America/New_York US-MD=America/New_York US-MA=America/New_York
US-MI=America/Chicago+America/New_York US-MN=America/Chicago US-MS=America/Chicago US-MO=America/Chicago
US-MT=America/Denver US-NE=America/Denver+America/Chicago US-NV=America/Los_Angeles+America/Denver
US-NH=America/New_York US-NJ=America/New_York US-NM=America/Denver US-NY=America/New_York
US-NC=America/New_York US-ND=America/Denver+America/Chicago US-OH=America/New_York US-OK=America/Chicago
US-OR=America/Los_Angeles+America/Denver US-PA=America/New_York US-RI=America/New_York
US-SC=America/New_York US-SD=America/Denver+America/Chicago US-TN=America/Chicago+America/New_York
US-TX=America/Denver+America/Chicago US-UT=America/Denver US-VT=America/New_York US-VA=America/New_York
US-WA=America/Los_Angeles US-WV=America/New_York US-WI=America/Chicago US-WY=America/Denver
US-PR=America/Puerto_Rico CA-AB=America/Edmonton CA-BC=America/Vancouver+America/Edmonton
CA-MB=America/Winnipeg CA-NB=America/Moncton CA-NL=America/Halifax+America/St_Johns
CA-NS=America/Halifax CA-NT=America/Edmonton CA-NU=America/Edmonton+America/Iqaluit
CA-ON=America/Winnipeg+America/Toronto CA-PE=America/Halifax CA-QC=America/Toronto+America/Halifax
CA-SK=America/Regina CA-YT=America/Whitehorse AU-ACT=Australia/Sydney AU-NSW=Australia/Sydney
AU-NT=Australia/Darwin AU-QLD=Australia/Brisbane AU-SA=Australia/Adelaide AU-TAS=Australia/Hobart
AU-VIC=Australia/Melbourne AU-WA=Australia/Perth ES-CN=Atlantic/Canary PT-20=Atlantic/Azores
PT-30=Atlantic/Madeira
"""


@cache
def _table(text: str) -> dict[str, tuple[str, ...]]:
    pairs = (entry.partition("=") for entry in text.split())
    return {place: tuple(zones.split("+")) for place, _, zones in pairs}


def zones_of(country: str | None, subdivision: str | None = None) -> tuple[str, ...]:
    """IANA names of the zones of a place (ISO 3166-1 alpha-2; ISO 3166-2 with or without its country), west first."""
    if country is None:
        return UNKNOWN
    if subdivision is not None:
        exact = _table(_SUBDIVISIONS).get(f"{country}-{subdivision.removeprefix(country + '-')}")
        if exact is not None:
            return exact
    return _table(_COUNTRIES).get(country, UNKNOWN)


def countries() -> tuple[str, ...]:
    """Every country in the table."""
    return tuple(_table(_COUNTRIES))
