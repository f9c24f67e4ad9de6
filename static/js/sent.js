// The answers have arrived: this tab forgets what it kept of them.
"use strict";
try { sessionStorage.removeItem(`onelift-answers:${location.pathname}`); } catch { /* forbidden */ }
