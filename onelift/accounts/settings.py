"""The settings of django-allauth, which signs people in.

Accounts are made by a programme manager; a mail address is a name, and nobody confirms one.
"""

ACCOUNT_ADAPTER = "onelift.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "onelift.accounts.forms.SignInForm",
    "reset_password": "onelift.accounts.forms.LinkForm",
    "reset_password_from_key": "onelift.accounts.forms.NewPasswordForm",
    "change_password": "onelift.accounts.forms.ChangePasswordForm",
    "set_password": "onelift.accounts.forms.FirstPasswordForm",
    "reauthenticate": "onelift.accounts.forms.PasswordAgainForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Whoever reads the mail of an account is not yet its owner.
ACCOUNT_REAUTHENTICATION_METHODS = {"password", "mfa"}
# Whoever has an account is told when its password or second factor changes.
ACCOUNT_EMAIL_NOTIFICATIONS = True

MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "onelift.accounts.adapters.SecondFactorAdapter"
MFA_TOTP_ISSUER = "OneLift"
# Codes of the half minutes before and after are taken too: phones are a little slow or fast, and
# nobody types a code in its last second (RFC 6238, section 5.2).
MFA_TOTP_TOLERANCE = 1
# Addresses are those that a programme manager or an administrator wrote; nobody confirms one.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "onelift.accounts.forms.CodeForm",
    "reauthenticate": "onelift.accounts.forms.CodeAgainForm",
    "activate_totp": "onelift.accounts.forms.FirstCodeForm",
}

# Guesses are counted by onelift.limits: here a thread would wait for a lock while it counts, and
# anybody could shut an account, or an office behind one address.
ACCOUNT_RATE_LIMITS = False
